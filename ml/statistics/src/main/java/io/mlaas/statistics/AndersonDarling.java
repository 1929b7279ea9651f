package io.mlaas.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The Anderson–Darling test of normality, mean and variance estimated (Anderson and Darling 1954), with the p-values of
 * R. B. D'Agostino and M. A. Stephens (eds.), "Goodness-of-Fit Techniques" (1986), table 4.9.
 */
public final class AndersonDarling {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private AndersonDarling() {}

    /**
     * @param sample 8 values or more, not all the same, in any order
     * @return A² (uncorrected) and its p-value
     */
    public static TestResult test(double... sample) {
        double[] sorted = Checks.sorted(sample, 8);
        int n = sorted.length;
        Moments moments = Moments.of(sorted);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double lower = (sorted[i] - moments.mean()) / moments.standardDeviation();
            double upper = (sorted[n - 1 - i] - moments.mean()) / moments.standardDeviation();
            sum += (2 * i + 1)
                    * (Math.log(NORMAL.cumulativeProbability(lower)) + Math.log(NORMAL.survivalProbability(upper)));
        }
        double statistic = -n - sum / n;
        return new TestResult(statistic, pValue(statistic * (1 + .75 / n + 2.25 / ((double) n * n))));
    }

    private static double pValue(double corrected) {
        double a = corrected;
        if (a < .2) {
            return 1 - Math.exp(-13.436 + 101.14 * a - 223.73 * a * a);
        }
        if (a < .34) {
            return 1 - Math.exp(-8.318 + 42.796 * a - 59.938 * a * a);
        }
        if (a < .6) {
            return Math.exp(.9177 - 4.279 * a - 1.38 * a * a);
        }
        return a <= 13 ? Math.exp(1.2937 - 5.709 * a + .0186 * a * a) : 0;
    }
}
