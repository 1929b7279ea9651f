package io.mlaas.monitoring.rows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 128 bits of the SHA-256 of a row's id. Row i of the event {@code e} has the id {@code e#i}; {@code e} alone
 * is its row 0. As numbers they are spread evenly, so the rows with the smallest are a fair sample of all.
 */
public record RowId(long high, long low) implements Comparable<RowId> {
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(RowId::sha256);

    public static RowId of(String event, int row) {
        return hash(event + "#" + row);
    }

    /** @param id {@code e#i} or {@code e} */
    public static RowId parse(String id) {
        int mark = id.lastIndexOf('#');
        boolean numbered = mark >= 0
                && mark < id.length() - 1
                && id.substring(mark + 1).chars().allMatch(c -> c >= '0' && c <= '9');
        return hash(numbered ? id : id + "#0");
    }

    private static RowId hash(String id) {
        ByteBuffer digest = ByteBuffer.wrap(SHA_256.get().digest(id.getBytes(StandardCharsets.UTF_8)));
        return new RowId(digest.getLong(), digest.getLong());
    }

    /** The ids of an event's rows, one after another, as the two numbers that they are. */
    static final class OfEvent {
        private static final int LONGEST_NUMBER = 11;

        private final MessageDigest sha256 = SHA_256.get();
        private final byte[] text;
        private final int prefix;
        private ByteBuffer digest = ByteBuffer.allocate(2 * Long.BYTES);

        OfEvent(String event) {
            byte[] name = event.getBytes(StandardCharsets.UTF_8);
            prefix = name.length + 1;
            text = java.util.Arrays.copyOf(name, prefix + LONGEST_NUMBER);
            text[prefix - 1] = '#';
        }

        void select(int row) {
            int digits = 1;
            for (int rest = row / 10; rest > 0; rest /= 10) {
                digits++;
            }
            for (int i = prefix + digits - 1, rest = row; i >= prefix; i--, rest /= 10) {
                text[i] = (byte) ('0' + rest % 10);
            }
            sha256.update(text, 0, prefix + digits);
            digest = ByteBuffer.wrap(sha256.digest());
        }

        long high() {
            return digest.getLong(0);
        }

        long low() {
            return digest.getLong(Long.BYTES);
        }
    }

    @Override
    public int compareTo(RowId other) {
        return compare(high, low, other.high, other.low);
    }

    static int compare(long high, long low, long otherHigh, long otherLow) {
        int order = Long.compareUnsigned(high, otherHigh);
        return order != 0 ? order : Long.compareUnsigned(low, otherLow);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
