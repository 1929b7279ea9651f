package io.mlaas.gateway.limit;

/** Lets a burst through, and then a steady rate. Times are of {@link System#nanoTime()}. */
final class TokenBucket {
    private static final double SECOND = 1e9;

    private final double rate;
    private final int burst;
    private double tokens;
    private long at;

    /** @param rate requests per second */
    TokenBucket(double rate, int burst, long now) {
        this.rate = rate;
        this.burst = burst;
        this.tokens = burst;
        this.at = now;
    }

    /**
     * @param left requests that may come right now
     * @param waitSeconds until the next may come, if this one may not
     */
    record Answer(boolean allowed, int left, int waitSeconds) {}

    synchronized Answer take(long now) {
        fill(now);
        if (tokens >= 1) {
            tokens -= 1;
            return new Answer(true, (int) tokens, 0);
        }
        return new Answer(false, 0, (int) Math.max(1, Math.ceil((1 - tokens) / rate)));
    }

    /** Whether it is as good as new. */
    synchronized boolean isFull(long now) {
        fill(now);
        return tokens >= burst;
    }

    private void fill(long now) {
        if (now - at > 0) {
            tokens = Math.min(burst, tokens + (now - at) / SECOND * rate);
            at = now;
        }
    }
}
