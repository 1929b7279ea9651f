package io.mlaas.learning.stream;

import io.mlaas.online.ConfigurationFields;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a learner's messages come from.
 *
 * @param topic without the company's prefix; of MQTT a topic filter
 * @param qos of the subscription; of Kafka always 1: at least once
 */
public record Source(Transport type, String topic, int qos, Purpose purpose) {

    static Source parse(JsonNode json, String path) {
        ConfigurationFields fields = new ConfigurationFields(json, path);
        Transport type = Streams.transport(fields);
        String topic = fields.text("topic");
        Topics.require(type == Transport.MQTT ? Topics.filter(topic) : Topics.kafka(topic), topic, fields);
        int qos = type == Transport.MQTT ? fields.integer("qos", 1, 0, 1) : 1;
        Purpose purpose = fields.choice("purpose", Purpose.LEARN);
        fields.done();
        return new Source(type, topic, qos, purpose);
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("type", type.name().toLowerCase(Locale.ROOT))
                .put("topic", topic);
        if (type == Transport.MQTT) {
            json.put("qos", qos);
        }
        return json.put("purpose", purpose.name().toLowerCase(Locale.ROOT));
    }

    /** Its topic, or topic filter, as broker or cluster know it. */
    String address(UUID organizationId) {
        return switch (type) {
            case MQTT -> Topics.mqttPrefix(organizationId) + topic;
            case KAFKA -> Topics.kafkaInPrefix(organizationId) + topic;
        };
    }
}
