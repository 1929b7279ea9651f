package io.mlaas.learning.stream;

import io.mlaas.online.ConfigurationFields;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a learner's predictions go.
 *
 * @param topic without the company's prefix
 */
public record Publication(Transport type, String topic) {

    static Publication parse(JsonNode json, String path) {
        ConfigurationFields fields = new ConfigurationFields(json, path);
        Transport type = Streams.transport(fields);
        String topic = fields.text("topic");
        Topics.require(type == Transport.MQTT ? Topics.name(topic) : Topics.kafka(topic), topic, fields);
        fields.done();
        return new Publication(type, topic);
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type.name().toLowerCase(Locale.ROOT))
                .put("topic", topic);
    }

    /** Its topic as broker or cluster know it. */
    public String address(UUID organizationId) {
        return switch (type) {
            case MQTT -> Topics.mqttPrefix(organizationId) + topic;
            case KAFKA -> Topics.kafkaOutPrefix(organizationId) + topic;
        };
    }
}
