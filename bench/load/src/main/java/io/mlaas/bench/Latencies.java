package io.mlaas.bench;

import java.util.Locale;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Times of requests, recorded by many threads. */
public final class Latencies {
    private final Histogram micros = new ConcurrentHistogram(3);

    public void record(long nanos) {
        micros.recordValue(Math.max(1, nanos / 1000));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms  p90 %.1f ms  p99 %.1f ms  p99.9 %.1f ms  max %.1f ms",
                at(50),
                at(90),
                at(99),
                at(99.9),
                micros.getMaxValue() / 1e3);
    }

    private double at(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1e3;
    }
}
