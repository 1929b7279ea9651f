package io.mlaas.statistics;

/**
 * How good intervals were for values that came afterwards.
 *
 * @param coverage share of values within their interval
 * @param meanWidth in the unit of the values
 * @param pinball mean quantile loss of both ends, (Q(lower, α/2) + Q(upper, 1-α/2)) / 2, where
 *     Q(q, τ) = max(τ(y-q), (τ-1)(y-q)); smaller is better, and it rewards narrow intervals as well as coverage
 */
public record IntervalQuality(double coverage, double meanWidth, double pinball) {
    /**
     * @param wanted the coverage that the intervals were made for
     */
    public static IntervalQuality of(double[] actual, Interval[] intervals, double wanted) {
        Checks.level("wanted", wanted);
        Checks.sample(actual, 1);
        if (actual.length != intervals.length) {
            throw new IllegalArgumentException(
                    "intervals: " + intervals.length + " (expected: " + actual.length + ", one for each value)");
        }
        double tail = (1 - wanted) / 2;
        int within = 0;
        double width = 0;
        double loss = 0;
        for (int i = 0; i < actual.length; i++) {
            within += intervals[i].holds(actual[i]) ? 1 : 0;
            width += intervals[i].width();
            loss += pinball(actual[i], intervals[i].lower(), tail) + pinball(actual[i], intervals[i].upper(), 1 - tail);
        }
        int n = actual.length;
        return new IntervalQuality((double) within / n, width / n, loss / 2 / n);
    }

    /** The loss of a predicted quantile: asymmetric, so that it is least in the mean at the quantile itself. */
    public static double pinball(double actual, double quantile, double probability) {
        double difference = actual - quantile;
        return Math.max(probability * difference, (probability - 1) * difference);
    }
}
