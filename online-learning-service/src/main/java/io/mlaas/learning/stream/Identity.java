package io.mlaas.learning.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** What a message is known by when it is delivered again: the first 128 bits of a SHA-256. */
final class Identity {
    private Identity() {}

    /** Of the sender's own id, which is unique among the messages of a topic. */
    static UUID given(String topic, String id) {
        return of("id", topic, id.getBytes(StandardCharsets.UTF_8));
    }

    /** Of bytes that say their time, so that no other message has the same. */
    static UUID content(String topic, byte[] payload) {
        return of("content", topic, payload);
    }

    /** Of a record's place. */
    static UUID place(String topic, int partition, long offset) {
        return of("place", topic, (partition + "-" + offset).getBytes(StandardCharsets.UTF_8));
    }

    private static UUID of(String kind, String topic, byte[] bytes) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        digest.update((kind + "\n" + topic + "\n").getBytes(StandardCharsets.UTF_8));
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(bytes));
        return new UUID(hash.getLong(), hash.getLong());
    }
}
