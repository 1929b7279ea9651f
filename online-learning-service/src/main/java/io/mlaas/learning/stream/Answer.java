package io.mlaas.learning.stream;

import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A prediction on its way to a topic.
 *
 * @param id the same whenever it is sent again
 * @param topic as broker or cluster know it
 * @param json what is answered
 * @param correlation of the message that asked
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Answer(
        String id, UUID learner, Transport transport, String topic, String json, byte @Nullable [] correlation) {

    String toJson() {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("learner_id", learner.toString())
                .put("transport", transport.name())
                .put("topic", topic)
                .put("answer", json);
        if (correlation != null) {
            node.put("correlation", Base64.getEncoder().encodeToString(correlation));
        }
        return node.toString();
    }

    /** @throws RuntimeException for what is no answer */
    static Answer parse(byte[] bytes) {
        JsonNode json = JsonMapper.shared().readTree(bytes);
        JsonNode correlation = json.path("correlation");
        return new Answer(
                json.required("id").asString(),
                UUID.fromString(json.required("learner_id").asString()),
                Transport.valueOf(json.required("transport").asString()),
                json.required("topic").asString(),
                json.required("answer").asString(),
                correlation.isMissingNode() ? null : Base64.getDecoder().decode(correlation.asString()));
    }
}
