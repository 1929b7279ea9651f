package io.mlaas.statistics.drift;

import io.mlaas.statistics.TestResult;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.apache.commons.statistics.inference.PValueMethod;

/**
 * The two-sided test of Kolmogorov and Smirnov between two samples, with the p-values of SciPy's {@code ks_2samp(method="auto")}:
 * exact (Viehmann 2021) while no sample has more than 10,000 values, and from the one-sample distribution above.
 */
public final class KolmogorovSmirnov {
    private static final int EXACT = 10_000;

    private KolmogorovSmirnov() {}

    /** D, the greatest difference of the two empirical distribution functions, and its p-value. */
    public static TestResult test(NumericalColumn reference, NumericalColumn current) {
        double[] x = Distances.notEmpty("reference", reference);
        double[] y = Distances.notEmpty("current", current);
        if (Math.min(x.length, y.length) == 1) {
            return ofOne(x.length == 1 ? x[0] : y[0], x.length == 1 ? y : x);
        }
        PValueMethod method = Math.max(x.length, y.length) <= EXACT ? PValueMethod.EXACT : PValueMethod.ASYMPTOTIC;
        var result = KolmogorovSmirnovTest.withDefaults().with(method).test(x, y);
        return new TestResult(result.getStatistic(), result.getPValue());
    }

    /** One value may stand at each of m + 1 places among m others; those are counted where D is not less. */
    private static TestResult ofOne(double one, double[] others) {
        int m = others.length;
        long below = 0;
        long equal = 0;
        for (double other : others) {
            below += other < one ? 1 : 0;
            equal += other == one ? 1 : 0;
        }
        long d = Math.max(below, m - below - equal);
        long places = 0;
        for (long k = 0; k <= m; k++) {
            places += Math.max(k, m - k) >= d ? 1 : 0;
        }
        return new TestResult((double) d / m, (double) places / (m + 1));
    }

    /** D alone, in one pass. */
    static double statistic(double[] x, double[] y) {
        int i = 0;
        int j = 0;
        long greatest = 0;
        while (i < x.length && j < y.length) {
            double value = Math.min(x[i], y[j]);
            while (i < x.length && x[i] == value) {
                i++;
            }
            while (j < y.length && y[j] == value) {
                j++;
            }
            greatest = Math.max(greatest, Math.abs((long) i * y.length - (long) j * x.length));
        }
        return (double) greatest / x.length / y.length;
    }
}
