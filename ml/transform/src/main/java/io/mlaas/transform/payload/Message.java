package io.mlaas.transform.payload;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What arrived: from which source, when, on which topic, and either bytes in the document's payload format or a JSON tree
 * that somebody has read already (a REST request's instance).
 */
public final class Message {
    private final String source;
    private final Instant received;
    private final @Nullable String topic;
    private final byte[] payload;
    private final @Nullable JsonNode tree;

    private Message(String source, Instant received, @Nullable String topic, byte[] payload, @Nullable JsonNode tree) {
        this.source = source;
        this.received = received;
        this.topic = topic;
        this.payload = payload;
        this.tree = tree;
    }

    /** @param received the event time of readings that carry none, and what relative times count from */
    public static Message of(String source, Instant received, byte[] payload) {
        return new Message(source, received, null, payload, null);
    }

    public static Message of(String source, Instant received, JsonNode tree) {
        return new Message(source, received, null, new byte[0], tree);
    }

    public Message onTopic(String name) {
        return new Message(source, received, name, payload, tree);
    }

    public String source() {
        return source;
    }

    public Instant received() {
        return received;
    }

    public @Nullable String topic() {
        return topic;
    }

    /** The bytes themselves, not a copy: nobody writes into them. */
    public byte[] payload() {
        return payload;
    }

    public @Nullable JsonNode tree() {
        return tree;
    }
}
