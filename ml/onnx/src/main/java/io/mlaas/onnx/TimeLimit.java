package io.mlaas.onnx;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a translation may take altogether, from the moment this is made. */
public final class TimeLimit {
    public static final TimeLimit NONE = new TimeLimit(Optional.empty());

    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smh]?)");

    private final Optional<Duration> limit;
    private final long began = System.nanoTime();

    private TimeLimit(Optional<Duration> limit) {
        this.limit = limit;
    }

    /** @throws IllegalArgumentException for one that is not positive */
    public static TimeLimit of(Duration limit) {
        if (!limit.isPositive()) {
            throw new IllegalArgumentException("time limit: " + limit + " (expected: > 0)");
        }
        return new TimeLimit(Optional.of(limit));
    }

    /**
     * A time as it is written in commands: {@code 90}, {@code 90s}, {@code 10m}, {@code 1h}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Duration parse(String time) {
        Matcher parts = TIME.matcher(time);
        if (!parts.matches()) {
            throw new IllegalArgumentException("time limit: " + time + " (expected: such as 90, 90s, 10m or 1h)");
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofSeconds(number);
        };
    }

    /** What is left of it; not positive when nothing is. */
    public Duration left() {
        return limit.map(all -> all.minusNanos(System.nanoTime() - began)).orElse(Duration.ofDays(365));
    }

    /**
     * @param done how far the work has come
     * @throws TranslationRefused when nothing is left
     */
    public void check(String done) {
        if (!left().isPositive()) {
            throw exceeded(done);
        }
    }

    public TranslationRefused exceeded(String done) {
        return new TranslationRefused(
                TranslationRefused.Reason.TOO_SLOW,
                "time limit: not done after " + limit.orElse(Duration.ZERO).toSeconds() + " s, " + done
                        + " (expected: less, or a higher limit)");
    }
}
