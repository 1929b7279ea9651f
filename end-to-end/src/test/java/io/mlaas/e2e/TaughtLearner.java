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

/** A learner of the running platform that learned y = 2x. */
record TaughtLearner(URI gateway, String token, String name) {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** @return what it predicts then */
    String learn() throws IOException, InterruptedException {
        assertThat(post("/learners", """
                {"name": "%s", "algorithm": "linear", "update": {"validation_share": 0},
                 "schema": {"inputs": [{"name": "x", "type": "numeric"}],
                            "target": {"type": "regression", "outputs": ["y"]}}}
                """.formatted(name)).statusCode()).isEqualTo(201);
        HttpResponse<String> update =
                post("/learners/" + name + "/update", "{\"instances\": [1, 2, 3], \"targets\": [2, 4, 6]}");
        assertThat(update.statusCode()).as(update.body()).isIn(200, 202); // 202: learned in its turn
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        assertThat(predicted()).startsWith("{\"predictions\":[").doesNotContain("[0.0]"));
        return predicted();
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
