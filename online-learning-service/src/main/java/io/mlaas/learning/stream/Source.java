package io.mlaas.learning.stream;

import io.mlaas.online.ConfigurationFields;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a learner's messages come from.
 *
 * @param topic without the company's prefix; of MQTT a topic filter
 * @param qos of the subscription; of Kafka always 1: at least once
 * @param payload the format of its messages, where that is another than the transformer's
 */
public record Source(
        Transport type,
        String topic,
        int qos,
        Purpose purpose,
        @Nullable JsonNode payload) {
    /** Characters of a payload format; every message's entry has it. */
    private static final int LONGEST_PAYLOAD = 2000;

    static Source parse(JsonNode json, String path) {
        ConfigurationFields fields = new ConfigurationFields(json, path);
        Transport type = Streams.transport(fields);
        String topic = fields.text("topic");
        Topics.require(type == Transport.MQTT ? Topics.filter(topic) : Topics.kafka(topic), topic, fields);
        int qos = type == Transport.MQTT ? fields.integer("qos", 1, 0, 1) : 1;
        Purpose purpose = fields.choice("purpose", Purpose.LEARN);
        @Nullable JsonNode payload = payload(fields, purpose);
        fields.done();
        return new Source(type, topic, qos, purpose, payload);
    }

    private static @Nullable JsonNode payload(ConfigurationFields fields, Purpose purpose) {
        JsonNode payload = fields.raw("payload");
        if (payload == null) {
            return null;
        }
        if (purpose == Purpose.PREDICT) {
            throw fields.refused("payload", payload, "none, since requests for predictions are JSON");
        }
        int length = payload.toString().length();
        if (!payload.isObject() || length > LONGEST_PAYLOAD) {
            throw fields.refused(
                    "payload",
                    payload.isObject() ? length + " characters" : payload,
                    "a JSON object as the transformer's payload, of up to " + LONGEST_PAYLOAD + " characters");
        }
        return payload;
    }

    /** Whether every one of its messages says its time, so that two with the same bytes are the same. */
    boolean isTimed(Subscriber subscriber) {
        return purpose == Purpose.LEARN && (payload == null ? subscriber.timed() : isTimed(payload));
    }

    /** Whether messages of a format say their times; Sparkplug's always do. */
    public static boolean isTimed(JsonNode payload) {
        return payload.has("time") || payload.path("format").asString("").equals("sparkplug_b");
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("type", type.name().toLowerCase(Locale.ROOT))
                .put("topic", topic);
        if (type == Transport.MQTT) {
            json.put("qos", qos);
        }
        json.put("purpose", purpose.name().toLowerCase(Locale.ROOT));
        return payload == null ? json : json.set("payload", payload);
    }

    /** Its topic, or topic filter, as broker or cluster know it. */
    String address(UUID organizationId) {
        return switch (type) {
            case MQTT -> Topics.mqttPrefix(organizationId) + topic;
            case KAFKA -> Topics.kafkaInPrefix(organizationId) + topic;
        };
    }
}
