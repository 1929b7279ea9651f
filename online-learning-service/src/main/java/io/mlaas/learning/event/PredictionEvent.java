package io.mlaas.learning.event;

import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * That a learner has predicted: a CloudEvent of type {@value #TYPE}.
 *
 * @param id the same whenever it is told again; its row i is {@code id#i}
 * @param device whose rows they are, where that is known
 * @param answer row after row the numbers of a regression, or the probabilities of the classes
 * @param eventTime when what was predicted from happened
 * @param segments what its rows belong to, by name
 * @param ends of the intervals around the numbers of a regression, where there are some
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
public record PredictionEvent(
        String id,
        Model model,
        State state,
        @Nullable String device,
        int rows,
        double[] inputs,
        double[] answer,
        double latencyMillis,
        Instant time,
        @Nullable Instant eventTime,
        Map<String, String> segments,
        @Nullable Ends ends) {
    public static final String TYPE = "io.mlaas.inference.predicted";

    /** Who has predicted. */
    public record Model(UUID learner, UUID organizationId, String name, Schema schema) {}

    /**
     * As what: a learner is the same wherever it has learned as many batches and was compared as often.
     *
     * @param learned rows
     */
    public record State(long updates, long comparisons, long learned) {}

    /** As long as the answer each. */
    @SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
    public record Ends(double[] lower, double[] upper) {}

    /** SHA-256 of what tells the state of the learner from all its other ones; of a state itself it would be dear. */
    String digest() {
        String text = model.learner() + "/" + state.updates() + "/" + state.comparisons();
        try {
            byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha256);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** How much there is to tell, in bytes of memory. */
    long size() {
        return 512 + (long) Double.BYTES * (inputs.length + (ends == null ? 1 : 3) * answer.length);
    }

    /** In the JSON format of CloudEvents 1.0. */
    byte[] json() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonMapper.shared().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringProperty("specversion", "1.0");
            json.writeStringProperty("id", id);
            json.writeStringProperty("source", "/learners/" + model.learner());
            json.writeStringProperty("type", TYPE);
            json.writeStringProperty("time", time.toString());
            json.writeStringProperty("subject", model.learner().toString());
            json.writeStringProperty("organizationid", model.organizationId().toString());
            json.writeStringProperty("datacontenttype", "application/json");
            json.writeObjectPropertyStart("data");
            writeData(json);
            json.writeEndObject();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private void writeData(JsonGenerator json) {
        json.writeStringProperty("model", model.learner().toString());
        json.writeStringProperty("name", model.name());
        json.writeStringProperty("digest", digest());
        json.writeNumberProperty("learned", state.learned());
        if (device != null) {
            json.writeStringProperty("device", device);
        }
        json.writeNumberProperty("latency_ms", latencyMillis);
        json.writeArrayPropertyStart("names");
        model.schema().inputs().forEach(input -> writeNames(json, input));
        json.writeEndArray();
        json.writeArrayPropertyStart("instances");
        for (int row = 0; row < rows; row++) {
            writeInstance(json, row * model.schema().width());
        }
        json.writeEndArray();
        writeAnswer(json);
        if (eventTime != null) {
            json.writeStringProperty("event_time", eventTime.toString());
        }
        if (!segments.isEmpty()) {
            json.writeObjectPropertyStart("segments");
            segments.forEach(json::writeStringProperty);
            json.writeEndObject();
        }
    }

    private static void writeNames(JsonGenerator json, Input input) {
        if (input instanceof Input.Tensor) {
            for (int i = 1; i <= input.width(); i++) {
                json.writeString(input.name() + "_" + i);
            }
        } else {
            json.writeString(input.name());
        }
    }

    private void writeInstance(JsonGenerator json, int from) {
        json.writeStartArray();
        int at = from;
        for (Input input : model.schema().inputs()) {
            if (input instanceof Input.Nominal nominal) {
                json.writeString(nominal.values().get((int) inputs[at]));
            } else {
                write(json, inputs, at, input.width());
            }
            at += input.width();
        }
        json.writeEndArray();
    }

    private void writeAnswer(JsonGenerator json) {
        int width = model.schema().outputs();
        if (!model.schema().classifies()) {
            writeRows(json, "predictions", answer, width);
            if (ends != null) {
                writeRows(json, "lower", ends.lower(), width);
                writeRows(json, "upper", ends.upper(), width);
            }
            return;
        }
        json.writeArrayPropertyStart("predictions");
        for (int row = 0; row < rows; row++) {
            json.writeString(model.schema().target().names().get(likeliest(row * width, width)));
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("probabilities");
        for (int row = 0; row < rows; row++) {
            writeList(json, answer, row * width, width);
        }
        json.writeEndArray();
    }

    /** One number for each row, or a list of them. */
    private void writeRows(JsonGenerator json, String name, double[] numbers, int width) {
        json.writeArrayPropertyStart(name);
        for (int row = 0; row < rows; row++) {
            if (width == 1) {
                write(json, numbers, row, 1);
            } else {
                writeList(json, numbers, row * width, width);
            }
        }
        json.writeEndArray();
    }

    private static void writeList(JsonGenerator json, double[] numbers, int from, int count) {
        json.writeStartArray();
        write(json, numbers, from, count);
        json.writeEndArray();
    }

    /** JSON has no number that is not finite. */
    private static void write(JsonGenerator json, double[] numbers, int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (Double.isFinite(numbers[i])) {
                json.writeNumber(numbers[i]);
            } else {
                json.writeNull();
            }
        }
    }

    private int likeliest(int from, int count) {
        int best = from;
        for (int i = from + 1; i < from + count; i++) {
            if (answer[i] > answer[best]) {
                best = i;
            }
        }
        return best - from;
    }
}
