package io.mlaas.bench.monitoring;

import io.mlaas.bench.RunningStack;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Events as learners send them, and labels; values of rows come from a small store of rows that are written already. */
final class Events {
    private static final int STORED = 997;

    private final String learner;
    private final String id;
    private final int rows;
    private final String names;
    private final String[] instances = new String[STORED];
    private final String[] predictions = new String[STORED];

    /** @param rows of an event */
    Events(String learner, int rows, int features) {
        this.learner = learner;
        this.rows = rows;
        id = UUID.nameUUIDFromBytes(learner.getBytes(StandardCharsets.UTF_8)).toString();
        names = IntStream.range(0, features)
                .mapToObj(i -> "\"feature_" + i + "\"")
                .collect(Collectors.joining(","));
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < STORED; i++) {
            instances[i] = IntStream.range(0, features)
                    .mapToObj(f -> String.format(Locale.ROOT, "%.5f", 20 * f + 10 * random.nextDouble()))
                    .collect(Collectors.joining(",", "[", "]"));
            predictions[i] = String.format(Locale.ROOT, "%.6f", 100 * random.nextDouble());
        }
    }

    /** The event's row i is {@code id#i}. */
    byte[] predicted(String event, int number, Instant at) {
        StringBuilder text = new StringBuilder(rows * (instances[0].length() + 20) + 1500);
        head(text, event, "io.mlaas.inference.predicted", at)
                .append("{\"model\":\"")
                .append(id)
                .append("\",\"name\":\"")
                .append(learner)
                .append(
                        "\",\"digest\":\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\",\"learned\":")
                .append(1000 + number / 1000)
                .append(",\"device\":\"pump-")
                .append(number % 50)
                .append("\",\"latency_ms\":0.")
                .append(100 + number % 800)
                .append(",\"names\":[")
                .append(names)
                .append("],\"instances\":[");
        list(text, instances, number);
        text.append("],\"predictions\":[");
        list(text, predictions, number);
        return text.append("]}}").toString().getBytes(StandardCharsets.UTF_8);
    }

    private void list(StringBuilder text, String[] from, int number) {
        for (int row = 0; row < rows; row++) {
            text.append(row == 0 ? "" : ",").append(from[(number * rows + row) % STORED]);
        }
    }

    /** That something turned out to be true of a row. */
    byte[] labelled(String event, String row, double target, Instant at) {
        StringBuilder text = new StringBuilder(500);
        head(text, event, "io.mlaas.feedback.label", at)
                .append("{\"model\":\"")
                .append(id)
                .append("\",\"name\":\"")
                .append(learner)
                .append("\",\"labels\":[{\"id\":\"")
                .append(row)
                .append("\",\"target\":")
                .append(target)
                .append("}]}}");
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private StringBuilder head(StringBuilder text, String event, String type, Instant at) {
        return text.append("{\"specversion\":\"1.0\",\"id\":\"")
                .append(event)
                .append("\",\"source\":\"/learners/")
                .append(id)
                .append("\",\"type\":\"")
                .append(type)
                .append("\",\"time\":\"")
                .append(at)
                .append("\",\"subject\":\"")
                .append(id)
                .append("\",\"organizationid\":\"")
                .append(RunningStack.ACME)
                .append("\",\"datacontenttype\":\"application/json\",\"data\":");
    }
}
