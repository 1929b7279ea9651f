package io.mlaas.statistics.drift;

import io.mlaas.statistics.TestResult;

/**
 * The test of Cramér and von Mises between two samples (Anderson 1962), with the p-values of SciPy's
 * {@code cramervonmises_2samp(method="auto")}: exact (Xiao, Gordon and Yakovlev 2006) while no sample has more than 20 values, and
 * from the limit distribution (Csörgő and Faraway 1996, equation 1.3) above.
 */
public final class CramerVonMises {
    private static final int EXACT = 20;
    private static final int LEAST = 2;
    private static final double CERTAIN = 0.003;
    private static final double NEGLIGIBLE = 1e-7;

    private CramerVonMises() {}

    /** T, and its p-value. */
    public static TestResult test(NumericalColumn reference, NumericalColumn current) {
        double[] x = Distances.notEmpty("reference", reference);
        double[] y = Distances.notEmpty("current", current);
        if (Math.min(x.length, y.length) < LEAST) {
            throw new IllegalArgumentException("reference and current: " + x.length + " and " + y.length
                    + " values (expected: at least " + LEAST + " each)");
        }
        double n = x.length;
        double m = y.length;
        double all = n + m;
        double u = squares(x, y);
        double t = u / (n * m * all) - (4 * n * m - 1) / (6 * all);
        if (Math.max(n, m) <= EXACT) {
            return new TestResult(t, CramerVonMisesExact.pValue(u, x.length, y.length));
        }
        double mean = (1 + 1 / all) / 6;
        double variance =
                (all + 1) * (4 * n * m * all - 3 * (n * n + m * m) - 2 * n * m) / (45 * all * all * 4 * n * m);
        double normed = 1.0 / 6 + (t - mean) / Math.sqrt(45 * variance);
        return new TestResult(t, normed < CERTAIN ? 1 : Math.clamp(1 - limit(normed), 0, 1));
    }

    /** Anderson's U: n Σ (rank of x_i - i)² + m Σ (rank of y_j - j)², ties having the mean of their ranks. */
    private static double squares(double[] x, double[] y) {
        double ofX = 0;
        double ofY = 0;
        int i = 0;
        int j = 0;
        while (i < x.length || j < y.length) {
            double value = j == y.length || (i < x.length && x[i] <= y[j]) ? x[i] : y[j];
            int endX = i;
            int endY = j;
            while (endX < x.length && x[endX] == value) {
                endX++;
            }
            while (endY < y.length && y[endY] == value) {
                endY++;
            }
            double rank = (i + j + 1 + endX + endY) / 2.0;
            for (; i < endX; i++) {
                ofX += (rank - i - 1) * (rank - i - 1);
            }
            for (; j < endY; j++) {
                ofY += (rank - j - 1) * (rank - j - 1);
            }
        }
        return x.length * ofX + y.length * ofY;
    }

    private static double limit(double x) {
        double sum = 0;
        double gammas = Math.sqrt(Math.PI); // Γ(k + ½) / Γ(k + 1)
        for (int k = 0; ; k++) {
            double y = 4 * k + 1;
            double term =
                    gammas / (Math.pow(Math.PI, 1.5) * Math.sqrt(x)) * Math.sqrt(y) * scaledBessel(y * y / (16 * x));
            sum += term;
            if (term < NEGLIGIBLE) {
                return sum;
            }
            gammas *= (k + 0.5) / (k + 1);
        }
    }

    /** e^-q · K_¼(q) = ∫ e^(-q(1 + cosh t)) cosh(t/4) dt from 0, by the trapezoidal rule, which converges exponentially here. */
    private static double scaledBessel(double q) {
        double step = 1.0 / 64;
        double sum = Math.exp(-2 * q) / 2;
        for (int i = 1; ; i++) {
            double t = i * step;
            double term = Math.exp(-q * (1 + Math.cosh(t))) * Math.cosh(t / 4);
            sum += term;
            if (term < 1e-18 * sum || sum == 0) {
                return sum * step;
            }
        }
    }
}
