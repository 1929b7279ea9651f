package io.mlaas.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the panels of a Grafana dashboard ask, asked of a Prometheus for every choice of the dashboard's variables. */
final class Dashboards {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), *([a-z_]+)\\)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final String prometheus;

    Dashboards(String prometheus) {
        this.prometheus = prometheus;
    }

    /** Those of a dashboard's queries that fail, or have no answer whatever is chosen, by the title of their panel. */
    List<String> withoutData(Path file) throws IOException, InterruptedException {
        JsonNode dashboard = JSON.readTree(file);
        List<Map<String, String>> choices = choices(dashboard.at("/templating/list"));
        List<String> without = new ArrayList<>();
        int queries = 0;
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries++;
                String query = target.path("expr").asString();
                if (!answers(query, choices)) {
                    without.add(panel.path("title").asString() + ": " + query);
                }
            }
        }
        if (queries == 0) {
            without.add(file + " asks nothing");
        }
        return without;
    }

    private boolean answers(String query, List<Map<String, String>> choices) throws IOException, InterruptedException {
        for (Map<String, String> choice : choices) {
            JsonNode answer = ask("query?query=", chosen(query, choice));
            if (answer.path("status").asString().equals("success")
                    && !answer.path("data").path("result").isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Every value of the first variable, with each every value of the next, and so on. */
    private List<Map<String, String>> choices(JsonNode variables) throws IOException, InterruptedException {
        List<Map<String, String>> choices = List.of(Map.of());
        for (JsonNode variable : variables) {
            JsonNode query = variable.path("query");
            Matcher values = LABEL_VALUES.matcher(query.path("query").asString(query.asString("")));
            if (!values.matches()) {
                throw new IllegalStateException("variable: " + variable + " (expected: one with label_values)");
            }
            List<Map<String, String>> more = new ArrayList<>();
            for (Map<String, String> choice : choices) {
                for (JsonNode value : ask(
                                "label/" + values.group(2) + "/values?match[]=", chosen(values.group(1), choice))
                        .path("data")) {
                    Map<String, String> one = new TreeMap<>(choice);
                    one.put(variable.path("name").asString(), value.asString());
                    more.add(one);
                }
            }
            choices = more;
        }
        return choices;
    }

    private static String chosen(String query, Map<String, String> choice) {
        String chosen = query;
        for (Map.Entry<String, String> each : choice.entrySet()) {
            chosen = chosen.replace("$" + each.getKey(), each.getValue());
        }
        return chosen;
    }

    private JsonNode ask(String what, String query) throws IOException, InterruptedException {
        URI uri = URI.create(prometheus + "/api/v1/" + what.replace("[]", "%5B%5D")
                + URLEncoder.encode(query, StandardCharsets.UTF_8));
        return JSON.readTree(http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body());
    }
}
