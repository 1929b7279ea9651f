package io.mlaas.learning.stream;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A message, or a part of one, that could not be used.
 *
 * @param id its place in the log: the same whenever it is sent again
 * @param topic where it came from, without the company's prefix; null where it came over REST
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record DeadLetter(
        String id,
        UUID organizationId,
        UUID learnerId,
        String learner,
        String source,
        @Nullable String topic,
        String reason,
        Instant received,
        byte[] payload) {
    /** Bytes of a payload that are sent; in base64 they fit into a message of Kafka. */
    private static final int LONGEST_PAYLOAD = 512 * 1024;

    String toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("organization_id", organizationId.toString())
                .put("learner_id", learnerId.toString())
                .put("learner", learner)
                .put("source", source)
                .put("topic", topic)
                .put("reason", reason)
                .put("received", received.toString())
                .put("payload", Base64.getEncoder().encodeToString(shortened()))
                .toString();
    }

    private byte[] shortened() {
        return payload.length > LONGEST_PAYLOAD ? Arrays.copyOf(payload, LONGEST_PAYLOAD) : payload;
    }
}
