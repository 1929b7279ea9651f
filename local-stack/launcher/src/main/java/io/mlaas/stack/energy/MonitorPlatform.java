package io.mlaas.stack.energy;

import io.mlaas.stack.demo.PlatformClient;
import io.mlaas.stack.demo.PlatformClient.Answer;
import io.mlaas.stack.demo.PlatformClient.UnexpectedAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The requests about monitors, each as a user of the platform would make it. Windows are days. */
record MonitorPlatform(PlatformClient client) {
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /**
     * What a report says of a day.
     *
     * @param error mean absolute one
     * @param usualError that of the reference
     * @param drifted names of features
     */
    record Said(
            long rows,
            double error,
            double usualError,
            List<String> drifted,
            String recommendation,
            String sentence,
            List<String> sensors) {

        static Said of(JsonNode report) {
            return new Said(
                    report.path("rows").asLong(),
                    report.at("/performance/current/mae").asDouble(Double.NaN),
                    report.at("/performance/reference/mae").asDouble(Double.NaN),
                    report.at("/drift/columns")
                            .valueStream()
                            .filter(column -> column.path("role").asString().equals("feature")
                                    && column.path("drifted").asBoolean())
                            .map(column -> column.path("name").asString())
                            .toList(),
                    report.at("/triage/recommendation").asString("none"),
                    report.at("/triage/sentence").asString(""),
                    report.at("/triage/sensors")
                            .valueStream()
                            .map(JsonNode::asString)
                            .sorted()
                            .toList());
        }
    }

    static long window(Instant day) {
        return day.getEpochSecond() / Duration.ofDays(1).toSeconds();
    }

    /** A new monitor; one of the same name from an earlier run is deleted with all that it knows. */
    String monitor(ObjectNode document) throws IOException, InterruptedException {
        JsonNode known = client.get("/monitors?limit=200").expect(200).body().path("items");
        for (JsonNode each : known) {
            if (each.at("/document/name")
                    .asString(each.path("name").asString())
                    .equals(document.path("name").asString())) {
                client.delete("/monitors/" + each.path("id").asString()).expect(204);
            }
        }
        return client.post("/monitors", document).expect(201).body().path("id").asString();
    }

    /** The report of a day, once it is of so many rows with their labels. */
    Said report(String monitor, Instant day, long rows) throws IOException, InterruptedException {
        String path = "/monitors/" + monitor + "/report?window=" + window(day);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Answer answer = client.get(path).expect(200, 404);
            boolean all = answer.status() == 200
                    && answer.body().path("rows").asLong() == rows
                    && answer.body().path("labelled").asLong() == rows;
            if (all) {
                return Said.of(answer.body());
            }
            if (System.nanoTime() > deadline) {
                throw new UnexpectedAnswer("no report of the %d rows of %s with their labels within %d min: %s"
                        .formatted(
                                rows,
                                day,
                                PATIENCE.toMinutes(),
                                answer.status() == 200
                                        ? "%s rows, %s labelled"
                                                .formatted(
                                                        answer.body().path("rows"),
                                                        answer.body().path("labelled"))
                                        : answer.body()));
            }
            Thread.sleep(POLL);
        }
    }

    /** What followed from the report of a day. */
    List<JsonNode> followed(String monitor, Instant day) throws IOException, InterruptedException {
        return history(monitor).stream()
                .filter(decision -> decision.path("window").asLong() == window(day))
                .toList();
    }

    /** What followed from all reports, the latest first. */
    List<JsonNode> history(String monitor) throws IOException, InterruptedException {
        return client.get("/monitors/" + monitor + "/history?limit=200")
                .expect(200)
                .body()
                .path("items")
                .valueStream()
                .toList();
    }

    /** Waits for the end of a retraining, and says what came of it. */
    JsonNode retrained(String monitor) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (JsonNode decision : history(monitor)) {
                String kind = decision.path("kind").asString();
                if (kind.equals("RETRAINING_SUCCEEDED")) {
                    return decision;
                }
                if (kind.equals("RETRAINING_FAILED")) {
                    throw new UnexpectedAnswer("the retraining failed: " + decision.path("outcome"));
                }
            }
            Thread.sleep(POLL);
        }
        throw new UnexpectedAnswer("no end of the retraining within " + PATIENCE.toMinutes() + " min");
    }

    /** The report of a day as a page that needs nothing else. */
    Path page(String monitor, Instant day, Path to) throws IOException, InterruptedException {
        int status = client.download("/monitors/" + monitor + "/report?window=" + window(day), "text/html", to);
        if (status != 200) {
            throw new UnexpectedAnswer(
                    "the report of %s as a page: HTTP %d: %s".formatted(day, status, Files.readString(to)));
        }
        return to;
    }
}
