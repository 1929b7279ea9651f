package io.mlaas.onnx;

import java.time.Duration;
import java.util.Optional;

/** How long a translation may take altogether, from the moment this is made. */
public final class TimeLimit {
    public static final TimeLimit NONE = new TimeLimit(Optional.empty());

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
