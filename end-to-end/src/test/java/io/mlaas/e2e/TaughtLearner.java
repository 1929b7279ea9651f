package io.mlaas.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A learner of the running platform that learned y = 2x. */
record TaughtLearner(URI gateway, String token, String name) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** @return what it predicts then */
    String learn() throws IOException, InterruptedException {
        assertThat(post("/learners", """
                {"name": "%s", "algorithm": "linear", "update": {"validation_share": 0.5, "validation_window": 1, "compare_every": 1},
                 "schema": {"inputs": [{"name": "x", "type": "numeric"}],
                            "target": {"type": "regression", "outputs": ["y"]}}}
                """.formatted(name)).statusCode()).isEqualTo(201);
        HttpResponse<String> update = post(
                "/learners/" + name + "/update",
                "{\"instances\": [1, 2, 2, 3, 3, 1], \"targets\": [2, 4, 4, 6, 6, 2]}");
        assertThat(update.statusCode()).as(update.body()).isIn(200, 202); // 202: learned in its turn
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        assertThat(predicted()).startsWith("{\"predictions\":[").doesNotContain("[0.0]"));
        return predicted();
    }

    /** @return what the chain says of its first snapshot */
    String snapshotOnChain() throws IOException, InterruptedException {
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(get("/learners/" + name + "/snapshots"))
                .contains("REGISTERED"));
        Matcher model =
                Pattern.compile("\"model_id\":\"([0-9a-f-]{36})\"").matcher(get("/learners/" + name + "/snapshots"));
        assertThat(model.find()).isTrue();
        return get("/model/" + model.group(1) + "/metadata");
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(gateway.resolve(path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token)
                .build();
        return HTTP.send(request, BodyHandlers.ofString()).body();
    }

    String predicted() throws IOException, InterruptedException {
        return post("/v1/models/" + name + ":predict", "{\"instances\": [10]}").body();
    }

    private HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(gateway.resolve(path))
                        .timeout(Duration.ofSeconds(30))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }
}
