package io.mlaas.transform.row;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Event times: nanoseconds since 1970-01-01T00:00Z, from 1970 to 2200. */
public final class Times {
    private static final long LAST = Instant.parse("2200-01-01T00:00:00Z").getEpochSecond();

    private Times() {}

    /** @throws IllegalArgumentException outside of the range that a platform of today can mean */
    public static long nanoseconds(Instant instant) {
        if (instant.getEpochSecond() < 0 || instant.getEpochSecond() > LAST) {
            throw new IllegalArgumentException("time: " + instant + " (expected: from 1970 to 2200)");
        }
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    public static Instant instant(long nanoseconds) {
        return Instant.ofEpochSecond(
                Math.floorDiv(nanoseconds, 1_000_000_000L), Math.floorMod(nanoseconds, 1_000_000_000L));
    }

    /** A count of units since 1970, each of so many nanoseconds. */
    public static long nanoseconds(BigDecimal count, long nanosecondsPerUnit) {
        if ((long) count.precision() - count.scale() > 20 || count.scale() > 40) {
            throw new IllegalArgumentException(
                    "time: a number of " + count.precision() + " digits (expected: from 1970 to 2200)");
        }
        BigDecimal exact =
                count.multiply(BigDecimal.valueOf(nanosecondsPerUnit)).setScale(0, RoundingMode.HALF_EVEN);
        if (exact.signum() < 0 || exact.compareTo(BigDecimal.valueOf(LAST).scaleByPowerOfTen(9)) > 0) {
            throw new IllegalArgumentException("time: " + count + " (expected: from 1970 to 2200)");
        }
        return exact.longValueExact();
    }

    /** An ISO 8601 time with its offset, such as {@code 2026-03-01T12:00:00.5Z}. */
    public static long parse(String text) {
        try {
            return nanoseconds(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "time: \"" + text.substring(0, Math.min(40, text.length()))
                            + "\" (expected: an ISO 8601 time with its offset)",
                    e);
        }
    }
}
