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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the panels of a Grafana dashboard ask, asked of a Prometheus. */
final class Dashboards {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String prometheus;

    Dashboards(String prometheus) {
        this.prometheus = prometheus;
    }

    /** Those of a dashboard's queries that fail or have no answer, by the title of their panel. */
    List<String> withoutData(Path dashboard) throws IOException, InterruptedException {
        List<String> without = new ArrayList<>();
        int queries = 0;
        for (JsonNode panel : JSON.readTree(dashboard).path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                queries++;
                String query = target.path("expr").asString();
                JsonNode answer = ask(query);
                if (!answer.path("status").asString().equals("success")
                        || answer.path("data").path("result").isEmpty()) {
                    without.add(panel.path("title").asString() + ": " + query + " " + answer.path("error"));
                }
            }
        }
        if (queries == 0) {
            without.add(dashboard + " asks nothing");
        }
        return without;
    }

    private JsonNode ask(String query) throws IOException, InterruptedException {
        URI uri = URI.create(prometheus + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        return JSON.readTree(http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body());
    }
}
