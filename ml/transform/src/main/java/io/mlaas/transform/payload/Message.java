package io.mlaas.transform.payload;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What arrived: from which source, when, on which topic, and either bytes, in the document's payload format or one of their
 * own, or a JSON tree that somebody has read already (a REST request's instance).
 */
public final class Message {
    private final String source;
    private final Instant received;
    private final @Nullable String topic;
    private final byte[] payload;
    private final @Nullable JsonNode tree;
    private final @Nullable String format;

    private Message(
            String source,
            Instant received,
            @Nullable String topic,
            byte[] payload,
            @Nullable JsonNode tree,
            @Nullable String format) {
        this.source = source;
        this.received = received;
        this.topic = topic;
        this.payload = payload;
        this.tree = tree;
        this.format = format;
    }

    /** @param received the event time of readings that carry none, and what relative times count from */
    public static Message of(String source, Instant received, byte[] payload) {
        return new Message(source, received, null, payload, null, null);
    }

    public static Message of(String source, Instant received, byte[] payload, String topic) {
        return new Message(source, received, topic, payload, null, null);
    }

    public static Message of(String source, Instant received, JsonNode tree) {
        return new Message(source, received, null, new byte[0], tree, null);
    }

    public Message onTopic(String name) {
        return new Message(source, received, name, payload, tree, format);
    }

    /** @param document what would be {@code payload} of a transformer document, which has another */
    public Message inFormat(String document) {
        return new Message(source, received, topic, payload, tree, document);
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

    /** Its own payload format, where it has one. */
    public @Nullable String format() {
        return format;
    }
}
