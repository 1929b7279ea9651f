package io.mlaas.bench.monitoring;

import io.mlaas.bench.Await;
import io.mlaas.bench.GatewayClient.Answer;
import io.mlaas.bench.RunningStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stack as these commands use it: monitoring-service, Kafka, PostgreSQL. */
final class Monitoring {
    static final String INFERENCE = "mlaas.inference";
    static final String FEEDBACK = "mlaas.feedback";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final RunningStack stack = RunningStack.find();
    private final Supplier<String> token = stack.token("acme-scientist");
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    RunningStack stack() {
        return stack;
    }

    String kafka() {
        return stack.member("kafka").url().replaceFirst("^.*//", "");
    }

    /** Of a regression of numeric features by a learner of this name. */
    UUID make(String learner, int features, String windows) throws IOException, InterruptedException {
        StringBuilder columns = new StringBuilder();
        StringBuilder first = new StringBuilder();
        for (int i = 0; i < features; i++) {
            String comma = i == 0 ? "" : ",";
            columns.append(comma).append("{\"name\": \"feature_").append(i).append("\", \"type\": \"numeric\"}");
            first.append(comma).append(i);
        }
        Answer made = send("POST", "/monitors", """
                {"name": "%s", "learner": "%s", "task": "regression",
                 "schema": {"features": [%s], "segments": ["device"]},
                 "reference": {"instances": [[%s], [%s]], "predictions": [1, 2], "targets": [1, 2.5]},
                 "windows": %s}
                """.formatted(learner, learner, columns, first, first, windows));
        if (!made.good()) {
            throw new IllegalStateException(made.toString());
        }
        return UUID.fromString(made.body().path("id").asString());
    }

    /** How many rows and labels are in PostgreSQL, as the monitor counts them: every one that was read. */
    record Counts(long rows, long labels, long refused) {}

    Counts counts(UUID monitor) throws IOException, InterruptedException {
        JsonNode status = get("/monitors/" + monitor + "/status").body();
        return new Counts(
                status.path("rows").asLong(),
                status.path("labels").asLong(),
                status.path("refused").asLong());
    }

    /** The same from PostgreSQL itself, for asking often. */
    static long rows(Connection database, UUID monitor) throws SQLException {
        try (PreparedStatement rows =
                database.prepareStatement("select row_count from progress where monitor_id = ?")) {
            rows.setObject(1, monitor);
            try (ResultSet found = rows.executeQuery()) {
                found.next();
                return found.getLong(1);
            }
        }
    }

    Answer report(UUID monitor, long window) throws IOException, InterruptedException {
        return get("/monitors/" + monitor + "/report?window=" + window);
    }

    String reportText(UUID monitor, long window) throws IOException, InterruptedException {
        return text("GET", "/monitors/" + monitor + "/report?window=" + window, null)
                .body();
    }

    /** Waits until the service answers, whoever was killed. */
    void awaitAnswers() throws Exception {
        Await.until("an answer", Duration.ofMinutes(5), Duration.ofMillis(500), () -> {
            try {
                return get("/monitors").good();
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** What Prometheus would fetch: its length. */
    int scrape() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(stack.member("monitoring").url() + "/actuator/prometheus"))
                .build();
        return http.send(request, BodyHandlers.ofString()).body().length();
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, null);
    }

    private Answer send(String method, String path, @Nullable String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = text(method, path, body);
        boolean json = answer.headers().firstValue("Content-Type").orElse("").contains("json");
        return new Answer(answer.statusCode(), json ? JSON.readTree(answer.body()) : JSON.createObjectNode());
    }

    private HttpResponse<String> text(String method, String path, @Nullable String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(stack.gateway().resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token.get())
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
