package io.mlaas.bench.serving;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Requests that come as a Poisson process does, whether or not earlier ones were answered. */
final class OpenLoop {
    private static final long PATIENCE_SECONDS = 20;

    private OpenLoop() {}

    /**
     * Times count from the moment a request was due.
     *
     * @param unanswered when the patience was over
     */
    record Run(int rate, Histogram micros, Map<String, AtomicInteger> failures, long unanswered) {
        double millis(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1e3;
        }

        boolean isGood() {
            return failures.isEmpty() && unanswered == 0;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%6d/s  p50 %7.2f ms  p99 %7.2f ms  max %7.1f ms%s",
                    rate,
                    millis(50),
                    millis(99),
                    micros.getMaxValue() / 1e3,
                    isGood() ? "" : "  failed " + failures + ", unanswered " + unanswered);
        }
    }

    static Run run(Target target, int rate, int seconds, long seed) throws InterruptedException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        Histogram micros = new ConcurrentHistogram(3);
        Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();
        int requests = rate * seconds;
        CountDownLatch open = new CountDownLatch(requests);
        double due = System.nanoTime();
        for (int i = 0; i < requests; i++) {
            due += random.nextExponential() * 1e9 / rate;
            long at = (long) due;
            for (long wait = at - System.nanoTime(); wait > 0; wait = at - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            target.ask(failure -> {
                micros.recordValue(Math.max(1, (System.nanoTime() - at) / 1000));
                if (failure != null) {
                    failures.computeIfAbsent(failure, key -> new AtomicInteger())
                            .incrementAndGet();
                }
                open.countDown();
            });
        }
        boolean all = open.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return new Run(rate, micros, failures, all ? 0 : open.getCount());
    }
}
