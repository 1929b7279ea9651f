package io.mlaas.monitoring.intake;

import io.mlaas.monitoring.intake.InferenceEvent.Kind;
import io.mlaas.monitoring.rows.JsonTape;
import io.mlaas.monitoring.rows.LabelReader;
import io.mlaas.monitoring.rows.RowsRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Reads CloudEvents, in structured or binary mode, one after another into the same memory. */
final class EventReader {
    private static final String PREDICTED = "io.mlaas.inference.predicted";
    private static final String LABEL = "io.mlaas.feedback.label";
    private static final String REQUEST = "org.kubeflow.serving.inference.request";
    private static final String RESPONSE = "org.kubeflow.serving.inference.response";
    private static final String PREFIX = "ce_";
    private static final String TYPE = "type";
    private static final int MOST_SUBJECTS = 10_000;

    private final Map<String, UUID> namespaces;
    private final JsonTape json = new JsonTape();
    private final Map<Names, List<String>> subjects = new HashMap<>();

    /** @param namespaces the companies behind KServe's namespaces */
    EventReader(Map<String, UUID> namespaces) {
        this.namespaces = namespaces;
    }

    private record Attributes(
            String type,
            String id,
            String organization,
            String namespace,
            String subject,
            String service,
            @Nullable String time) {}

    /** What an event says of whom it is about. */
    private record Names(boolean half, String subject, String model, String name) {}

    /**
     * @return null if it is no event of these kinds, or of nobody's; valid until the next is read
     * @throws RowsRefusedException if it cannot be read
     */
    @Nullable
    InferenceEvent read(ConsumerRecord<String, byte[]> message) {
        if (message.value() == null) {
            return null;
        }
        parse(message.value());
        boolean binary = message.headers().lastHeader(PREFIX + TYPE) != null;
        Attributes attributes = binary ? attributes(message) : attributes();
        int data = binary ? JsonTape.ROOT : data();
        Kind kind =
                switch (attributes.type) {
                    case PREDICTED -> Kind.PREDICTED;
                    case LABEL -> Kind.LABELS;
                    case REQUEST -> Kind.REQUEST;
                    case RESPONSE -> Kind.RESPONSE;
                    default -> null;
                };
        UUID organization = organization(attributes);
        if (kind == null || organization == null) {
            return null;
        }
        if (attributes.id.isEmpty()) {
            throw new RowsRefusedException("$.id", "missing", "the event's id");
        }
        requireText("$.id", attributes.id);
        return new InferenceEvent(
                kind,
                attributes.id,
                organization,
                subjects(kind, attributes, data),
                micros(attributes, data),
                json,
                data);
    }

    /** Another document into the memory of the event that was read last. */
    JsonTape reread(byte[] document) {
        parse(document);
        return json;
    }

    private void parse(byte[] bytes) {
        try {
            json.read(bytes);
        } catch (JacksonException e) {
            throw new RowsRefusedException("$", "not JSON", "an event in JSON", e);
        }
    }

    private Attributes attributes() {
        int time = json.field(JsonTape.ROOT, "time");
        return new Attributes(
                attribute(TYPE),
                attribute("id"),
                attribute("organizationid"),
                attribute("namespace"),
                attribute("subject"),
                attribute("inferenceservicename"),
                json.isText(time) ? json.text(time) : null);
    }

    private String attribute(String name) {
        return json.text(json.field(JsonTape.ROOT, name));
    }

    private static Attributes attributes(ConsumerRecord<String, byte[]> message) {
        String time = attribute(message, "time");
        return new Attributes(
                attribute(message, TYPE),
                attribute(message, "id"),
                attribute(message, "organizationid"),
                attribute(message, "namespace"),
                attribute(message, "subject"),
                attribute(message, "inferenceservicename"),
                time.isEmpty() ? null : time);
    }

    private static String attribute(ConsumerRecord<String, byte[]> message, String name) {
        Header header = message.headers().lastHeader(PREFIX + name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Of an event in structured mode. */
    private int data() {
        String base64 = attribute("data_base64");
        if (base64.isEmpty()) {
            return json.field(JsonTape.ROOT, "data");
        }
        try {
            parse(Base64.getDecoder().decode(base64));
            return JsonTape.ROOT;
        } catch (IllegalArgumentException e) {
            throw new RowsRefusedException("$.data_base64", "not base64", "JSON in base64", e);
        }
    }

    private @Nullable UUID organization(Attributes attributes) {
        if (attributes.organization.isEmpty()) {
            return namespaces.get(attributes.namespace);
        }
        try {
            return UUID.fromString(attributes.organization);
        } catch (IllegalArgumentException e) {
            throw new RowsRefusedException("$.organizationid", attributes.organization, "a UUID", e);
        }
    }

    private long micros(Attributes attributes, int data) {
        int own = json.field(data, "event_time");
        return json.isText(own)
                ? LabelReader.micros(json, own, "$.data.event_time")
                : LabelReader.micros(attributes.time, "$.time");
    }

    /** PostgreSQL has no text with a NUL: one such event would keep all after it waiting. */
    private static void requireText(String path, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new RowsRefusedException(path, text.replace('\0', '\uFFFD'), "a text without NUL");
        }
    }

    private List<String> subjects(Kind kind, Attributes attributes, int data) {
        boolean half = kind == Kind.REQUEST || kind == Kind.RESPONSE;
        Names names = half
                ? new Names(true, attributes.service, "", "")
                : new Names(
                        false,
                        attributes.subject,
                        json.text(json.field(data, "model")),
                        json.text(json.field(data, "name")));
        if (subjects.size() > MOST_SUBJECTS) {
            subjects.clear();
        }
        return subjects.computeIfAbsent(names, EventReader::subjects);
    }

    private static List<String> subjects(Names of) {
        List<String> all = of.half
                ? List.of("service:" + of.subject)
                : Stream.of(
                                "learner:" + of.subject,
                                "learner:" + of.model,
                                "learner:" + of.name,
                                "model:" + of.model,
                                "service:" + of.model)
                        .distinct()
                        .toList();
        all.forEach(subject -> requireText("$.subject", subject));
        return all;
    }
}
