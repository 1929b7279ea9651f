package io.mlaas.gateway.limit;

import java.util.concurrent.ConcurrentHashMap;

/** A bucket for each of many, with bounded memory: those that are full again are forgotten. */
final class Buckets {
    static final int MOST = 100_000;

    private final double rate;
    private final int burst;
    private final int most;
    private final ConcurrentHashMap<String, TokenBucket> buckets = new ConcurrentHashMap<>();
    private final TokenBucket forTheRest;

    Buckets(double rate, int burst, int most) {
        this.rate = rate;
        this.burst = burst;
        this.most = most;
        forTheRest = new TokenBucket(rate, burst, System.nanoTime());
    }

    /** While there are too many at once to be told apart, those who come last share one bucket. */
    TokenBucket.Answer take(String whose, long now) {
        TokenBucket known = buckets.get(whose);
        if (known != null) {
            return known.take(now);
        }
        if (buckets.size() >= most) {
            forgetFull(now);
        }
        return buckets.size() >= most
                ? forTheRest.take(now)
                : buckets.computeIfAbsent(whose, name -> new TokenBucket(rate, burst, now))
                        .take(now);
    }

    private synchronized void forgetFull(long now) {
        if (buckets.size() >= most) {
            buckets.values().removeIf(bucket -> bucket.isFull(now));
        }
    }

    int size() {
        return buckets.size();
    }

    /** {@code RateLimit-Policy} in a form of the IETF's draft: so many within so many seconds. */
    String policy(String name) {
        return "\"%s\";q=%d;w=%d".formatted(name, burst, Math.max(1, (int) Math.ceil(burst / rate)));
    }
}
