package io.mlaas.statistics;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The K² test of normality from skewness and kurtosis: R. D'Agostino and E. S. Pearson, "Tests for departure from
 * normality", Biometrika 60 (1973); the kurtosis' transformation is Anscombe and Glynn's (1983). Needs 8 values, and is
 * good from 20.
 */
public final class DAgostinoPearson {
    private static final ChiSquaredDistribution TWO_DEGREES = ChiSquaredDistribution.of(2);

    private DAgostinoPearson() {}

    /**
     * @param sample 8 values or more, not all the same
     * @return K² and its p-value
     */
    public static TestResult test(double... sample) {
        Checks.sorted(sample, 8);
        Moments moments = Moments.of(sample);
        double skewness = skewness(moments);
        double kurtosis = kurtosis(moments);
        double statistic = skewness * skewness + kurtosis * kurtosis;
        return new TestResult(statistic, TWO_DEGREES.survivalProbability(statistic));
    }

    /** The skewness as a standard normal deviate. */
    private static double skewness(Moments moments) {
        double n = moments.size();
        double g1 = moments.third() / Math.pow(moments.second(), 1.5);
        double y = g1 * Math.sqrt((n + 1) * (n + 3) / (6 * (n - 2)));
        double b2 = 3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9));
        double w2 = -1 + Math.sqrt(2 * (b2 - 1));
        double delta = 1 / Math.sqrt(.5 * Math.log(w2));
        double ratio = y / Math.sqrt(2 / (w2 - 1));
        return delta * asinh(ratio);
    }

    /** The kurtosis as a standard normal deviate. */
    private static double kurtosis(Moments moments) {
        double n = moments.size();
        double b2 = moments.fourth() / (moments.second() * moments.second());
        double expected = 3 * (n - 1) / (n + 1);
        double variance = 24 * n * (n - 2) * (n - 3) / ((n + 1) * (n + 1) * (n + 3) * (n + 5));
        double x = (b2 - expected) / Math.sqrt(variance);
        double s = 6
                * (n * n - 5 * n + 2)
                / ((n + 7) * (n + 9))
                * Math.sqrt(6 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3)));
        double a = 6 + 8 / s * (2 / s + Math.sqrt(1 + 4 / (s * s)));
        double cubed = (1 - 2 / a) / (1 + x * Math.sqrt(2 / (a - 4)));
        return (1 - 2 / (9 * a) - Math.cbrt(cubed)) / Math.sqrt(2 / (9 * a));
    }

    private static double asinh(double x) {
        double positive = Math.abs(x);
        return Math.copySign(Math.log1p(positive + positive * positive / (1 + Math.sqrt(1 + positive * positive))), x);
    }
}
