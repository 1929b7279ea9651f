package io.mlaas.learning.stream;

import io.mlaas.learning.log.Delivery;
import io.mlaas.learning.log.LogEntry;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A message as it came, on its way to becoming an entry of the log.
 *
 * @param topic without the company's prefix
 * @param sender the device, or what stands for it
 * @param responseTopic as the broker knows it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Arrival(
        Subscriber subscriber,
        Source source,
        String topic,
        String sender,
        byte[] payload,
        @Nullable UUID identity,
        @Nullable String responseTopic,
        byte @Nullable [] correlation) {
    /** Bytes that are kept of a payload that is too large. */
    private static final int CUT = 64 * 1024;

    private static final int LONGEST_CORRELATION = 8 * 1024;

    /** @param most bytes of a payload */
    LogEntry.Message entry(long most) {
        @Nullable String refused = refusal(most);
        byte[] kept = payload.length > most ? Arrays.copyOf(payload, CUT) : payload;
        String prefix = Topics.mqttPrefix(subscriber.organizationId());
        Delivery delivery = new Delivery(
                shortened(topic),
                source.purpose() == Purpose.PREDICT,
                identity,
                responseTopic == null || mistakeInResponseTopic() != null
                        ? null
                        : responseTopic.substring(prefix.length()),
                correlation == null || correlation.length > LONGEST_CORRELATION ? null : correlation,
                refused,
                source.payload() == null ? null : source.payload().toString());
        return new LogEntry.Message(
                subscriber.learner(), UUID.randomUUID(), shortened(sender), Instant.now(), kept, delivery);
    }

    private @Nullable String refusal(long most) {
        if (topic.length() > Topics.LONGEST_MQTT) {
            return "topic: " + topic.length() + " characters (expected: at most " + Topics.LONGEST_MQTT + ")";
        }
        if (sender.isEmpty() || sender.length() > Topics.LONGEST_MQTT) {
            return "source: " + sender.length() + " characters (expected: 1 to " + Topics.LONGEST_MQTT + ")";
        }
        if (payload.length > most) {
            return "payload: " + payload.length + " bytes (expected: at most " + most + ")";
        }
        if (correlation != null && correlation.length > LONGEST_CORRELATION) {
            return "correlation data: " + correlation.length + " bytes (expected: at most " + LONGEST_CORRELATION + ")";
        }
        return mistakeInResponseTopic();
    }

    private @Nullable String mistakeInResponseTopic() {
        if (responseTopic == null) {
            return null;
        }
        String prefix = Topics.mqttPrefix(subscriber.organizationId());
        @Nullable
        String expected = responseTopic.startsWith(prefix)
                ? Topics.name(responseTopic.substring(prefix.length()))
                : "below " + prefix;
        return expected == null
                ? null
                : "response topic: " + shortened(responseTopic) + " (expected: " + expected + ")";
    }

    private static String shortened(String text) {
        return text.length() > Topics.LONGEST_MQTT ? text.substring(0, Topics.LONGEST_MQTT) : text;
    }
}
