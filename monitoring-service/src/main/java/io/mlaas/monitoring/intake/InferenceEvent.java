package io.mlaas.monitoring.intake;

import io.mlaas.monitoring.rows.LabelReader;
import io.mlaas.monitoring.rows.RowsRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A CloudEvent about predictions or labels, in structured or binary mode.
 *
 * @param organization whose it is
 * @param subjects what a monitor of it may watch
 * @param micros when it happened
 */
record InferenceEvent(Kind kind, String id, UUID organization, List<String> subjects, long micros, JsonNode data) {
    private static final String PREDICTED = "io.mlaas.inference.predicted";
    private static final String LABEL = "io.mlaas.feedback.label";
    private static final String REQUEST = "org.kubeflow.serving.inference.request";
    private static final String RESPONSE = "org.kubeflow.serving.inference.response";
    private static final String PREFIX = "ce_";
    private static final String SERVICE = "inferenceservicename";

    enum Kind {
        PREDICTED,
        LABELS,
        REQUEST,
        RESPONSE
    }

    /** Whether another event belongs to it. */
    boolean isHalf() {
        return kind == Kind.REQUEST || kind == Kind.RESPONSE;
    }

    /**
     * @param namespaces the companies behind KServe's namespaces
     * @return null if it is no event of these kinds, or of nobody's
     * @throws RowsRefusedException if it cannot be read
     */
    static @Nullable InferenceEvent read(
            ConsumerRecord<String, byte[]> message, JsonMapper json, Map<String, UUID> namespaces) {
        Map<String, String> attributes = new HashMap<>();
        JsonNode data = message.value() == null
                ? json.missingNode()
                : message.headers().lastHeader(PREFIX + "type") == null
                        ? structured(parse(message.value(), json), attributes, json)
                        : binary(message, attributes, json);
        Kind kind =
                switch (attributes.getOrDefault("type", "")) {
                    case PREDICTED -> Kind.PREDICTED;
                    case LABEL -> Kind.LABELS;
                    case REQUEST -> Kind.REQUEST;
                    case RESPONSE -> Kind.RESPONSE;
                    default -> null;
                };
        UUID organization = organization(attributes, namespaces);
        if (kind == null || organization == null) {
            return null;
        }
        String id = attributes.getOrDefault("id", "");
        if (id.isEmpty()) {
            throw new RowsRefusedException("$.id", "missing", "the event's id");
        }
        List<String> subjects = subjects(kind, attributes, data);
        requireText("$.id", id);
        subjects.forEach(subject -> requireText("$.subject", subject));
        JsonNode at = data.path("event_time");
        String time = attributes.get("time");
        long micros = at.isString()
                ? LabelReader.micros(at, "$.data.event_time")
                : LabelReader.micros(
                        time == null
                                ? json.missingNode()
                                : json.getNodeFactory().stringNode(time),
                        "$.time");
        return new InferenceEvent(kind, id, organization, subjects, micros, data);
    }

    /** PostgreSQL has no text with a NUL: one such event would keep all after it waiting. */
    private static void requireText(String path, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new RowsRefusedException(path, text.replace('\0', '\uFFFD'), "a text without NUL");
        }
    }

    private static JsonNode parse(byte[] bytes, JsonMapper json) {
        try {
            return json.readTree(bytes);
        } catch (JacksonException e) {
            throw new RowsRefusedException("$", "not JSON", "an event in JSON");
        }
    }

    private static JsonNode structured(JsonNode event, Map<String, String> attributes, JsonMapper json) {
        for (var field : event.properties()) {
            if (field.getValue().isString()) {
                attributes.put(field.getKey(), field.getValue().stringValue());
            }
        }
        String base64 = attributes.get("data_base64");
        if (base64 == null) {
            return event.path("data");
        }
        try {
            return parse(Base64.getDecoder().decode(base64), json);
        } catch (IllegalArgumentException e) {
            throw new RowsRefusedException("$.data_base64", "not base64", "JSON in base64");
        }
    }

    private static JsonNode binary(
            ConsumerRecord<String, byte[]> message, Map<String, String> attributes, JsonMapper json) {
        for (Header header : message.headers()) {
            if (header.key().startsWith(PREFIX) && header.value() != null) {
                attributes.put(
                        header.key().substring(PREFIX.length()), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return parse(message.value(), json);
    }

    private static @Nullable UUID organization(Map<String, String> attributes, Map<String, UUID> namespaces) {
        String given = attributes.get("organizationid");
        if (given == null) {
            return namespaces.get(attributes.getOrDefault("namespace", ""));
        }
        try {
            return UUID.fromString(given);
        } catch (IllegalArgumentException e) {
            throw new RowsRefusedException("$.organizationid", given, "a UUID");
        }
    }

    private static List<String> subjects(Kind kind, Map<String, String> attributes, JsonNode data) {
        List<String> subjects = new ArrayList<>();
        String model = data.path("model").asString("");
        if (kind == Kind.REQUEST || kind == Kind.RESPONSE) {
            subjects.add("service:" + attributes.getOrDefault(SERVICE, ""));
        } else {
            subjects.add("learner:" + attributes.getOrDefault("subject", ""));
            subjects.add("learner:" + model);
            subjects.add("learner:" + data.path("name").asString(""));
            subjects.add("model:" + model);
            subjects.add("service:" + model);
        }
        return subjects.stream().distinct().toList();
    }
}
