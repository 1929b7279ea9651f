package io.mlaas.ppfl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlaas.ppfl.federation.FederationClient;
import io.mlaas.ppfl.federation.FederationProgress;
import io.mlaas.ppfl.federation.FederationRound;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.testkit.TestIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Watching a federation: events, page, report, and links for people without an account. */
class WatchApiTest extends RunningService {
    @Autowired
    Federations federations;

    @Autowired
    FederationProgress progress;

    @TempDir
    Path folder;

    record Event(String name, String id, JsonNode data) {
        int round() {
            return data.path("round").asInt();
        }
    }

    @Test
    void everyRoundIsToldOnceAndAReaderWhoWasCutOffGoesOn() throws Exception {
        UUID id = UUID.fromString(federation("watch-rounds"));
        run(id, 2);
        try (var lines = open(id, "Authorization", "Bearer " + TestIdentity.acmeScientist(), null)) {
            assertThat(next(lines).name()).isEqualTo("federation");
            assertThat(List.of(next(lines), next(lines)))
                    .extracting(Event::name, Event::id, Event::round)
                    .containsExactly(tuple("round", "1", 1), tuple("round", "2", 2));
            round(id, 3);
            List<Event> events = List.of(next(lines), next(lines));
            assertThat(events).extracting(Event::name).containsExactlyInAnyOrder("federation", "round");
        }
        try (var lines = open(id, "Authorization", "Bearer " + TestIdentity.acmeScientist(), "2")) {
            Event picture = next(lines);
            assertThat(picture.data().path("rounds_planned").asInt()).isEqualTo(3);
            assertThat(next(lines)).extracting(Event::id).isEqualTo("3");
            federations.move(id, FederationState.FAILED, "it was tried");
            List<Event> last = rest(lines);
            assertThat(last.getLast().name()).isEqualTo("end");
            assertThat(last.getLast().data().path("reason").asString()).isEqualTo("it was tried");
        }
    }

    @Test
    void aLinkOpensOneFederationUntilItIsTakenBackOrExpires() throws Exception {
        UUID id = UUID.fromString(federation("watch-link"));
        UUID other = UUID.fromString(federation("watch-other"));
        Answer made = post("/federations/" + id + "/watchers", "{\"name\": \"globex\", \"valid_hours\": 2}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String url = made.body().path("url").asString();
        assertThat(url).matches("http://127\\.0\\.0\\.1:\\d+/federations/" + id + "/page#watch=mlw_[\\w-]{43}");
        String secret = secretOf(url);

        JsonNode report = json.readTree(report(id, "Mlaas-Watch", secret, "*/*").body());
        assertThat(report.at("/federation/name").asString()).isEqualTo("watch-link");
        assertThat(report(other, "Mlaas-Watch", secret, "*/*").statusCode()).isEqualTo(401);
        assertThat(report(id, "Mlaas-Watch", secret + "x", "*/*").body())
                .contains("UNAUTHENTICATED", "The link does not open this");
        assertThat(report(id, "X-None", "none", "*/*").statusCode()).isEqualTo(401);

        assertThat(get("/federations/" + id + "/watchers").text())
                .contains("globex")
                .doesNotContain("mlw_");
        assertThat(jdbc.sql("select encode(secret_sha256, 'escape') from federation_watcher where federation_id = :id")
                        .param("id", id)
                        .query(String.class)
                        .single())
                .doesNotContain("mlw_");
        jdbc.sql("update federation_watcher set expires_at = now() - interval '1 second' where federation_id = :id")
                .param("id", id)
                .update();
        assertThat(report(id, "Mlaas-Watch", secret, "*/*").statusCode()).isEqualTo(401);
    }

    @Test
    void aStreamThatIsOpenEndsWhenItsLinkIsTakenBack() throws Exception {
        UUID id = UUID.fromString(federation("watch-back"));
        JsonNode made = post("/federations/" + id + "/watchers", "{\"name\": \"globex\"}")
                .body();
        String link = made.path("id").asString();
        try (var lines = open(id, "Mlaas-Watch", secretOf(made.path("url").asString()), null)) {
            next(lines);
            assertThat(delete("/federations/" + id + "/watchers/" + link).status())
                    .isEqualTo(204);
            assertThat(rest(lines)).noneMatch(event -> event.name().equals("end"));
        }
        assertThat(delete("/federations/" + id + "/watchers/" + link).code()).isEqualTo("WATCHER_UNKNOWN");
    }

    @Test
    void whoMayNotSeeItIsToldNothing() throws Exception {
        UUID id = UUID.fromString(federation("watch-mine"));
        for (String path : List.of("/report", "/events", "/watchers")) {
            assertThat(send("GET", "/federations/" + id + path, null, TestIdentity.globexScientist())
                            .status())
                    .as(path)
                    .isEqualTo(404);
        }
        assertThat(send(
                                "POST",
                                "/federations/" + id + "/watchers",
                                "{\"name\": \"me\"}",
                                TestIdentity.globexScientist())
                        .status())
                .isEqualTo(404);
        assertThat(post("/federations/" + id + "/watchers", "{\"name\": \" \"}").detail())
                .contains("$.name", "expected: 1 to 100 characters");
        assertThat(post("/federations/" + id + "/watchers", "{\"name\": \"a\", \"valid_hours\": 0}")
                        .detail())
                .isEqualTo("$.valid_hours: 0 (expected: 1 to 8760)");
    }

    @Test
    void thePageIsTheSameForEveryIdAndMayRunItsOwnScriptsOnly() throws Exception {
        URI address = URI.create("http://127.0.0.1:" + port + "/federations/" + UUID.randomUUID() + "/page");
        HttpResponse<String> page = http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'sha256-", "connect-src 'self' http", "form-action 'none'")
                .doesNotContain("unsafe", "*");
    }

    @Test
    void aBrowserDrawsWhatIsGoingOn() throws Exception {
        UUID id = UUID.fromString(federation("watch-page"));
        jdbc.sql("update federation set name = 'watch <b>page</b>' where id = :id")
                .param("id", id)
                .update();
        run(id, 3);
        progress.client(id, "client-2", FederationClient.State.REFUSED, "update: NaN at 17 (expected: numbers)", 1);
        progress.gone(id, "client-2"); // why it was refused is shown all the same
        federations.move(id, FederationState.FAILED, "too few clients </script>");
        String url = post("/federations/" + id + "/watchers", "{\"name\": \"browser\"}")
                .body()
                .path("url")
                .asString();
        assertThat(draw(url))
                .contains("watch &lt;b&gt;page&lt;/b&gt;", "too few clients &lt;/script&gt;", "3 of 3", "client-2")
                .contains("update: NaN at 17", "No differential privacy", "90.0 %");
        assertThat(draw("http://127.0.0.1:" + port + "/federations/" + id + "/page"))
                .contains("not for everybody", "Sign in")
                .doesNotContain("watch &lt;b&gt;");
        jdbc.sql("insert into federation_run (federation_id, seed) values (:id, 1)")
                .param("id", id)
                .update();
        jdbc.sql("""
                insert into federation_seen (federation_id, name, round, kind, bytes, sha256, beginning)
                values (:id, 'client-1', 3, 'MASKED', 2600, repeat('ab', 32), '[17, 4]')
                """).param("id", id).update();
        HttpResponse<String> report =
                report(id, "Authorization", "Bearer " + TestIdentity.acmeScientist(), "text/html");
        Path file = Files.writeString(folder.resolve("report.html"), report.body());
        assertThat(draw(file.toUri().toString()))
                .contains("3 of 3", "too few clients &lt;/script&gt;", "<td data-head=\"Begins with\">[17, 4]</td>");
    }

    private static String secretOf(String url) {
        return url.substring(url.indexOf("mlw_"));
    }

    private void run(UUID id, int rounds) {
        federations.move(id, FederationState.PREPARING, null);
        federations.move(id, FederationState.RUNNING, null);
        for (int round = 1; round <= rounds; round++) {
            round(id, round);
        }
        progress.client(id, "client-1", FederationClient.State.UP, null, rounds);
    }

    private void round(UUID id, int round) {
        progress.round(
                id,
                new FederationRound(
                        FederationRound.USUAL,
                        round,
                        null,
                        2,
                        3,
                        1.0 / round,
                        0.6 + 0.1 * round,
                        null,
                        1000L,
                        3000L,
                        0.5));
    }

    private HttpResponse<String> report(UUID id, String header, String value, String accept) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/federations/" + id + "/report"))
                        .header(header, value)
                        .header("Accept", accept)
                        .build(),
                BodyHandlers.ofString());
    }

    private BufferedReader open(UUID id, String header, String value, String last) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/federations/" + id + "/events"))
                .header(header, value);
        if (last != null) {
            request.header("Last-Event-ID", last);
        }
        var response = http.send(request.build(), BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream;charset=UTF-8");
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private Event next(BufferedReader lines) throws IOException {
        return read(lines).orElseThrow(() -> new AssertionError("the stream ended"));
    }

    private List<Event> rest(BufferedReader lines) throws IOException {
        List<Event> events = new ArrayList<>();
        for (Optional<Event> event = read(lines); event.isPresent(); event = read(lines)) {
            events.add(event.get());
        }
        return events;
    }

    private Optional<Event> read(BufferedReader lines) throws IOException {
        String name = "";
        String id = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("event: ")) {
                name = line.substring(7);
                id = "";
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                return Optional.of(new Event(name, id, json.readTree(line.substring(6))));
            }
        }
        return Optional.empty();
    }

    private String draw(String url) throws Exception {
        Optional<Path> chromium = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(at -> Path.of(at, name)))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(chromium.isPresent(), "no Chromium on the PATH");
        Path dom = folder.resolve("dom.html");
        Process process = new ProcessBuilder(
                        chromium.orElseThrow().toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--virtual-time-budget=5000",
                        "--dump-dom",
                        url)
                .redirectOutput(dom.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return Files.readString(dom, StandardCharsets.UTF_8);
    }
}
