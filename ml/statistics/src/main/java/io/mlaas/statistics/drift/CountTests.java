package io.mlaas.statistics.drift;

import io.mlaas.statistics.TestResult;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.FisherExactTest;

/**
 * Tests between counts of categories. What is expected of the current data are the reference's counts, scaled to the size of the
 * current data. A category that is new in the current data is expected never: it gives p = 0.
 */
public final class CountTests {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private CountTests() {}

    /** Pearson's χ² with one degree of freedom less than categories. One category: statistic 0, p-value 1. */
    public static TestResult chiSquare(Frequencies frequencies) {
        double scale = frequencies.currentSize() / frequencies.referenceSize();
        double statistic = 0;
        for (int i = 0; i < frequencies.categories(); i++) {
            double observed = frequencies.current(i);
            double expected = frequencies.reference(i) * scale;
            if (expected > 0) {
                statistic += (observed - expected) * (observed - expected) / expected;
            } else if (observed > 0) {
                statistic = Double.POSITIVE_INFINITY;
            }
        }
        return chiSquared(statistic, frequencies.categories());
    }

    /** The G-test: twice the log-likelihood ratio. Evidently's has samples of one size only, and then it is the same. */
    public static TestResult g(Frequencies frequencies) {
        double scale = frequencies.currentSize() / frequencies.referenceSize();
        double statistic = 0;
        for (int i = 0; i < frequencies.categories(); i++) {
            double observed = frequencies.current(i);
            if (observed > 0) {
                statistic += 2 * observed * Math.log(observed / (frequencies.reference(i) * scale));
            }
        }
        return chiSquared(Math.max(0, statistic), frequencies.categories());
    }

    private static TestResult chiSquared(double statistic, int categories) {
        if (categories == 1) {
            return new TestResult(0, 1);
        }
        double p = statistic == Double.POSITIVE_INFINITY
                ? 0
                : ChiSquaredDistribution.of(categories - 1).survivalProbability(statistic);
        return new TestResult(statistic, p);
    }

    /** z of the shares of everything but the first category, pooled variance, two-sided. One category: z 0, p-value 1. */
    public static TestResult proportions(Frequencies frequencies) {
        double n = frequencies.referenceSize();
        double m = frequencies.currentSize();
        double p = (n - frequencies.reference(0)) / n;
        double q = (m - frequencies.current(0)) / m;
        double pooled = (p * n + q * m) / (n + m);
        if (pooled <= 0 || pooled >= 1) {
            return new TestResult(0, 1);
        }
        double z = (p - q) / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
        return new TestResult(z, 2 * NORMAL.survivalProbability(Math.abs(z)));
    }

    /** Fisher's exact test, two-sided; the statistic is the ratio of the odds. Two categories at most. */
    public static TestResult fisher(Frequencies frequencies) {
        if (frequencies.categories() > 2) {
            throw new IllegalArgumentException("column: " + frequencies.categories()
                    + " categories (expected: at most 2 for Fisher's exact test)");
        }
        if (frequencies.categories() == 1) {
            return new TestResult(1, 1);
        }
        int[][] table = {
            {Math.toIntExact(frequencies.current(1)), Math.toIntExact(frequencies.current(0))},
            {Math.toIntExact(frequencies.reference(1)), Math.toIntExact(frequencies.reference(0))}
        };
        var result = FisherExactTest.withDefaults().test(table);
        return new TestResult(result.getStatistic(), result.getPValue());
    }
}
