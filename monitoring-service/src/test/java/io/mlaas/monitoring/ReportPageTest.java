package io.mlaas.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlaas.testkit.TestIdentity;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The page of a report, as a browser draws it. */
class ReportPageTest extends RunningService {
    /** What the charts show, read back from where their points and bars were drawn. */
    private static final String READ_BACK = """
            <script>
            const drawn = {};
            for (const chart of charts) {
              drawn[chart.canvas.id] = chart.data.datasets.map((set, i) =>
                chart.getDatasetMeta(i).data.map((point) => chart.scales.y.getValueForPixel(point.y)));
            }
            document.body.append(Object.assign(document.createElement("pre"), {id: "drawn", textContent: JSON.stringify(drawn)}));
            </script>
            """;

    @TempDir
    Path folder;

    @Test
    void aBrowserDrawsWhatTheJsonTwinSays() throws Exception {
        String id = monitorOf(document());
        for (int hour = 0; hour < 3; hour++) {
            observe(id, hour);
        }
        String stuck = Stream.generate(() -> "[500, 3, \"open\"]").limit(50).collect(Collectors.joining(","));
        post("/monitors/" + id + "/observe", """
                {"id": "stuck", "event_time": "%s", "device": "pump-2", "segments": {"site": "north"}, "instances": [%s]}
                """.formatted(HOUR.plusSeconds(7200), stuck));
        long last = HOUR.getEpochSecond() / 3600 + 2;
        JsonNode report = report(id, last, 40);

        HttpResponse<String> page = page(id, last, "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'sha256-")
                .doesNotContain("unsafe");
        assertThat(page(id, last, "*/*").headers().firstValue("Content-Type")).contains("application/json");

        String dom = draw(page.body() + READ_BACK);
        assertThat(dom).contains("page &lt;b&gt;of&lt;/b&gt; &lt;/script&gt; a monitor");
        assertThat(dom).contains("1 of 1 features drifted".replace("1 of 1", drifted(report)));
        JsonNode drawn = json.readTree(unescaped(between(dom, "<pre id=\"drawn\">", "</pre>")));
        assertThat(numbers(drawn.at("/metric/0"))).hasSize(3).last().satisfies(value -> assertThat(value)
                .isCloseTo(report.at("/performance/current/mae").asDouble(), within(1e-3)));
        assertThat(between(dom, "<section class=\"cards\" id=\"advice\">", "</section>"))
                .contains("Check sensors", report.at("/triage/sentence").asString());
        assertThat(between(dom, "<table id=\"devices\">", "</table>"))
                .contains("north/pump-2", "check sensors", "a was stuck at 500.0 for 50 of 50 rows")
                .doesNotContain("pump-1");
        assertThat(numbers(drawn.at("/sites/0"))).singleElement().satisfies(share -> assertThat(share)
                .isCloseTo(50, within(0.5)));
        JsonNode distribution = first(report).at("/distribution/current");
        List<Double> bars = numbers(drawn.at("/distribution-0/1"));
        assertThat(bars).hasSameSizeAs(distribution).isNotEmpty();
        for (int i = 0; i < bars.size(); i++) {
            assertThat(bars.get(i)).isCloseTo(distribution.get(i).asDouble(), within(1e-2));
        }
        drawsWhatIsSaidBeyondDrift(report, dom, drawn);
    }

    /** The column that is drawn first. */
    private static JsonNode first(JsonNode report) {
        return report.at("/drift/columns")
                .valueStream()
                .filter(column -> column.has("distribution"))
                .max(Comparator.comparing(
                                (JsonNode column) -> column.path("drifted").asBoolean())
                        .thenComparingDouble(column -> column.path("effect").asDouble(0)))
                .orElseThrow();
    }

    private static void drawsWhatIsSaidBeyondDrift(JsonNode report, String dom, JsonNode drawn) {
        JsonNode mae = report.at("/estimated/metrics/mae");
        assertThat(drawn.at("/estimates/1/0").asDouble())
                .isCloseTo(mae.path("estimate").asDouble(), within(2e-2));
        JsonNode group = report.at("/bias/0/current/overestimation");
        assertThat(drawn.at("/bias-prediction/1/2").asDouble())
                .isCloseTo(group.path("mean_error").asDouble(), within(5e-2));
        assertThat(dom).contains("id=\"multivariate\"", "reconstruction by principal components (error)");
        assertThat(between(dom, "<table id=\"stream\">", "</table>")).contains("page hinkley", "<td>a</td>");
        assertThat(between(dom, "<table id=\"segment-device\">", "</table>")).contains("<td>pump-1</td><td>200</td>");
        assertThat(between(dom, "<table id=\"skew\">", "</table>"))
                .contains(report.at("/skew/0/sentence").asString());
    }

    /** Its name would break a page that does not look. */
    private static String document() {
        String instances = IntStream.range(0, 200)
                .mapToObj(i -> "[" + i % 20 + "," + i % 19 + ", \"open\"]")
                .collect(Collectors.joining(","));
        String numbers = IntStream.range(0, 200).mapToObj(i -> "" + i % 7).collect(Collectors.joining(","));
        return """
                {"name": "page <b>of</b> </script> a monitor", "learner": "page", "task": "regression",
                 "schema": {"features": [{"name": "a", "type": "numeric"}, {"name": "b", "type": "numeric", "max": 17},
                                         {"name": "valve", "type": "categorical"}],
                            "segments": ["site", "device"], "fleet": ["site", "device"]},
                 "tests": {"stream": [{"detector": "page_hinkley", "on": "a"}]},
                 "reference": {"instances": [%1$s], "predictions": [%2$s], "targets": [%2$s]},
                 "windows": {"event_time": "PT1H", "lateness": "PT0S", "idle": "PT1S"}}
                """.formatted(instances, numbers);
    }

    private void observe(String id, int hour) throws Exception {
        StringBuilder instances = new StringBuilder();
        StringBuilder predictions = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            instances
                    .append(i == 0 ? "" : ",")
                    .append("[")
                    .append(i % 20 + hour * 0.4)
                    .append(",")
                    .append(i % 19)
                    .append(", \"open\"]");
            predictions.append(i == 0 ? "" : ",").append(i % 7);
        }
        post("/monitors/" + id + "/observe", """
                {"id": "h%d", "event_time": "%s", "device": "pump-1", "segments": {"site": "north"}, "instances": [%s], "predictions": [%s]}
                """.formatted(
                        hour, HOUR.plusSeconds(3600L * hour), instances, predictions));
        String labels = IntStream.range(0, 40)
                .mapToObj(i -> "{\"id\": \"h%d#%d\", \"target\": %d}".formatted(hour, i, i % 5 + hour))
                .collect(Collectors.joining(","));
        post("/monitors/" + id + "/feedback", "{\"labels\": [" + labels + "]}");
    }

    private static String drifted(JsonNode report) {
        return report.at("/drift/drifted").asInt() + " of "
                + report.at("/drift/tested").asInt();
    }

    private HttpResponse<String> page(String id, long window, String accept) throws Exception {
        return http.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + "/monitors/" + id + "/report?window=" + window))
                        .header("Authorization", "Bearer " + TestIdentity.acmeScientist())
                        .header("Accept", accept)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String draw(String page) throws Exception {
        Optional<Path> chromium = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(at -> Path.of(at, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(chromium.isPresent(), "no Chromium on the PATH");
        Path file = Files.writeString(folder.resolve("report.html"), page);
        Path dom = folder.resolve("dom.html");
        Process process = new ProcessBuilder(
                        chromium.orElseThrow().toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--window-size=1100,1900",
                        "--dump-dom",
                        file.toUri().toString())
                .redirectOutput(dom.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return Files.readString(dom, StandardCharsets.UTF_8);
    }

    /** Of a table the cells without their attributes. */
    private static String between(String text, String from, String to) {
        Matcher matcher = Pattern.compile(Pattern.quote(from) + "(.*?)" + Pattern.quote(to), Pattern.DOTALL)
                .matcher(text);
        assertThat(matcher.find()).as(from).isTrue();
        return matcher.group(1).replaceAll("<td [^>]*>", "<td>");
    }

    private static String unescaped(String text) {
        return text.replace("&quot;", "\"").replace("&amp;", "&");
    }

    private static List<Double> numbers(JsonNode array) {
        return array.valueStream().map(JsonNode::asDouble).toList();
    }
}
