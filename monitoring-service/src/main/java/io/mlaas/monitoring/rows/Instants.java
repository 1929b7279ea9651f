package io.mlaas.monitoring.rows;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** Times as events have them, in microseconds since 1970. */
final class Instants {
    private static final int SECONDS_END = 19;
    private static final int MOST_LENGTH = 30;
    private static final long MICROS = 1_000_000;

    private Instants() {}

    /**
     * @param text ISO 8601 with an offset
     * @throws java.time.DateTimeException if it is none
     */
    static long micros(String text) {
        return isPlain(text) ? plain(text) : micros(OffsetDateTime.parse(text));
    }

    private static long micros(OffsetDateTime time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** As services write it, {@code 2026-03-01T12:00:00.123456Z}: a parser for all of ISO 8601 takes a microsecond. */
    private static boolean isPlain(String text) {
        int length = text.length();
        if (length < SECONDS_END + 1 || length > MOST_LENGTH || text.charAt(length - 1) != 'Z') {
            return false;
        }
        for (int i = 0; i < length - 1; i++) {
            char expected = i < SECONDS_END ? "dddd-dd-ddTdd:dd:dd".charAt(i) : i == SECONDS_END ? '.' : 'd';
            char c = text.charAt(i);
            if (expected == 'd' ? c < '0' || c > '9' : c != expected) {
                return false;
            }
        }
        return length != SECONDS_END + 2
                && number(text, 0, 4) >= 1970
                && number(text, 11, 13) < 24
                && number(text, 14, 16) < 60
                && number(text, 17, 19) < 60;
    }

    private static long plain(String text) {
        long day = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                .toEpochDay();
        long seconds = ((day * 24 + number(text, 11, 13)) * 60 + number(text, 14, 16)) * 60 + number(text, 17, 19);
        long fraction = 0;
        for (int i = SECONDS_END + 1; i < SECONDS_END + 7; i++) {
            fraction = fraction * 10 + (i < text.length() - 1 ? text.charAt(i) - '0' : 0);
        }
        return seconds * MICROS + fraction;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }
}
