package io.mlaas.transform;

import io.mlaas.transform.payload.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A transformer fed with readings such as {@code "x=1 y=2"} at so many seconds, whose samples are told as text. */
final class Pipeline {
    static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private final Transformer transformer;
    private final List<Sample> samples = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();

    /** @param steps JSON of the steps after the one that extracts numbers x, y (either may be missing) and a text t */
    Pipeline(String steps) {
        this(Transformer.of(document(steps)));
    }

    Pipeline(Transformer transformer) {
        this.transformer = transformer;
    }

    static String document(String steps) {
        return """
                {"payload": {"source": "$.s"}, "steps": [
                  {"step": "extract", "fields": [
                    {"name": "x", "path": "$.x", "unit": "kW", "required": false},
                    {"name": "y", "path": "$.y", "required": false},
                    {"name": "t", "path": "$.t", "type": "text", "required": false}]},
                  %s]}""".formatted(steps);
    }

    Transformer transformer() {
        return transformer;
    }

    Pipeline at(double seconds, String values) {
        return from("a", seconds, values);
    }

    Pipeline from(String source, double seconds, String values) {
        StringBuilder json = new StringBuilder("{\"s\": \"" + source + "\"");
        for (String pair : values.isBlank() ? new String[0] : values.split(" ")) {
            String[] parts = pair.split("=");
            json.append(", \"").append(parts[0]).append("\": ").append(parts[1]);
        }
        JsonNode tree = JsonMapper.shared().readTree(json.append("}").toString());
        note(transformer.accept(Message.of("topic", START.plusMillis(Math.round(1000 * seconds)), tree)));
        return this;
    }

    Pipeline advance(double seconds) {
        note(transformer.advance(START.plusMillis(Math.round(1000 * seconds))));
        return this;
    }

    private void note(Outcome outcome) {
        samples.addAll(outcome.samples());
        rejections.addAll(outcome.rejections());
    }

    List<Sample> samples() {
        return samples;
    }

    List<String> rejections() {
        return rejections.stream().map(Rejection::reason).toList();
    }

    /** Each sample as {@code seconds: inputs} or {@code seconds: inputs -> targets}. */
    List<String> shown() {
        return samples.stream()
                .map(sample -> java.time.Duration.between(START, sample.time()).toSeconds() + ": "
                        + shown(sample.input()) + (sample.target() == null ? "" : " -> " + shown(sample.target())))
                .toList();
    }

    private static String shown(double[] numbers) {
        return String.join(
                " ",
                Arrays.stream(numbers)
                        .mapToObj(number ->
                                String.valueOf(Math.round(number * 1e6) / 1e6).replaceFirst("\\.0$", ""))
                        .toList());
    }
}
