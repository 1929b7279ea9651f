package io.mlaas.bench.monitoring;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The ids of the rows that a monitor keeps, beside those that were sent. */
final class StoredIds {
    private StoredIds() {}

    record Id(long high, long low) {}

    /** @param unknown rows that nobody sent */
    record Found(long once, long never, long moreOften, long unknown) {}

    /** @param prefix of the events: number i is {@code prefix/i}, with its rows */
    static Found find(Monitoring monitoring, UUID monitor, String prefix, int events, int rows) throws SQLException {
        Map<Id, Integer> times = HashMap.newHashMap(events * rows);
        for (int i = 0; i < events; i++) {
            for (int row = 0; row < rows; row++) {
                times.put(id(prefix + "/" + i + "#" + row), 0);
            }
        }
        long unknown = 0;
        try (Connection database = monitoring.stack().database("monitoring");
                PreparedStatement blocks =
                        database.prepareStatement("select content from prediction_block where monitor_id = ?")) {
            blocks.setObject(1, monitor);
            try (ResultSet block = blocks.executeQuery()) {
                while (block.next()) {
                    unknown += count(ByteBuffer.wrap(block.getBytes(1)), times);
                }
            }
        }
        long once = times.values().stream().filter(n -> n == 1).count();
        long never = times.values().stream().filter(n -> n == 0).count();
        return new Found(once, never, times.size() - once - never, unknown);
    }

    /** A block begins with its version, the numbers of rows and columns, and the halves of the ids. */
    private static long count(ByteBuffer block, Map<Id, Integer> times) {
        block.get();
        int rows = block.getInt();
        int ids = block.position() + Integer.BYTES;
        long unknown = 0;
        for (int i = 0; i < rows; i++) {
            Id id = new Id(block.getLong(ids + Long.BYTES * i), block.getLong(ids + Long.BYTES * (rows + i)));
            if (times.computeIfPresent(id, (known, n) -> n + 1) == null) {
                unknown++;
            }
        }
        return unknown;
    }

    private static Id id(String text) {
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
            return new Id(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
