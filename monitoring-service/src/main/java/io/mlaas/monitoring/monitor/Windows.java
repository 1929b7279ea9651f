package io.mlaas.monitoring.monitor;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How rows are divided.
 *
 * @param length of event time, or null
 * @param count rows of a window, or 0
 * @param lateness how much older than the newest a row may be and still be waited for
 * @param idle how long nothing comes until windows that are over by the clock are closed without waiting for a newer row
 */
public record Windows(@Nullable Duration length, int count, Duration lateness, Duration idle) {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration YEAR = Duration.ofDays(366);

    static Windows read(Fields fields) {
        boolean byCount = fields.has("count");
        boolean byTime = fields.has("event_time");
        if (byCount == byTime) {
            fields.wrong(byCount ? "count" : "event_time", "one of count and event_time, and not both");
        }
        int count = byCount ? (int) fields.integer("count", 1000, 10, 1_000_000) : 0;
        Duration length = byTime ? fields.duration("event_time", Duration.ofHours(1), SECOND, YEAR) : null;
        Duration lateness = fields.duration("lateness", Duration.ofMinutes(1), Duration.ZERO, YEAR);
        Duration idle = fields.duration("idle", Duration.ofMinutes(1), SECOND, YEAR);
        return new Windows(length, count, lateness, idle);
    }

    /** @return the window of an event time; of count windows there is none before they are cut */
    public @Nullable Long number(long micros) {
        return length == null ? null : Math.floorDiv(micros, lengthMicros());
    }

    public long lengthMicros() {
        return length == null ? 0 : micros(length);
    }

    public long latenessMicros() {
        return micros(lateness);
    }

    static long micros(Duration duration) {
        return duration.toNanos() / 1000;
    }
}
