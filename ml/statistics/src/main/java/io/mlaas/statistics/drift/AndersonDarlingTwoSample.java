package io.mlaas.statistics.drift;

import io.mlaas.statistics.TestResult;

/**
 * The test of Anderson and Darling between two samples (Scholz and Stephens 1987, equation 7, mid-ranks). The p-value is
 * interpolated from their table 2 and stays between 0.001 and 0.25, as SciPy's {@code anderson_ksamp} does.
 */
public final class AndersonDarlingTwoSample {
    private static final double[] LEVELS = {.25, .1, .05, .025, .01, .005, .001};
    private static final double[] B0 = {.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085};
    private static final double[] B1 = {-.245, .25, .678, 1.149, 1.822, 2.364, 3.615};
    private static final double[] B2 = {-.105, -.305, -.362, -.391, -.396, -.345, -.154};
    private static final int LEAST = 4;

    private AndersonDarlingTwoSample() {}

    /** The normed A², and its p-value. */
    public static TestResult test(NumericalColumn reference, NumericalColumn current) {
        double[] x = Distances.notEmpty("reference", reference);
        double[] y = Distances.notEmpty("current", current);
        int n = x.length + y.length;
        if (n < LEAST) {
            throw new IllegalArgumentException(
                    "reference and current: " + n + " values together (expected: at least " + LEAST + ")");
        }
        if (x[0] == y[0] && x[x.length - 1] == y[y.length - 1] && x[0] == x[x.length - 1]) {
            return new TestResult(0, LEVELS[0]); // all the same
        }
        double statistic = (squares(x, y) - 1) / Math.sqrt(variance(x.length, y.length));
        return new TestResult(statistic, pValue(statistic));
    }

    private static double squares(double[] x, double[] y) {
        double n = x.length + (double) y.length;
        double ofX = 0;
        double ofY = 0;
        int i = 0;
        int j = 0;
        while (i < x.length || j < y.length) {
            double value = j == y.length || (i < x.length && x[i] <= y[j]) ? x[i] : y[j];
            int firstX = i;
            int firstY = j;
            while (i < x.length && x[i] == value) {
                i++;
            }
            while (j < y.length && y[j] == value) {
                j++;
            }
            double equal = i - firstX + (j - firstY);
            double below = firstX + firstY + equal / 2;
            double weight = equal / n / (below * (n - below) - n * equal / 4);
            double differenceX = n * (firstX + i) / 2.0 - below * x.length;
            double differenceY = n * (firstY + j) / 2.0 - below * y.length;
            ofX += weight * differenceX * differenceX;
            ofY += weight * differenceY * differenceY;
        }
        return (ofX / x.length + ofY / y.length) * (n - 1) / n;
    }

    /** Their equation 4 for two samples. */
    private static double variance(int size, int otherSize) {
        double n = size + (double) otherSize;
        double bigH = 1.0 / size + 1.0 / otherSize;
        double h = 0;
        double g = 0;
        for (int i = 2; i < n; i++) {
            h += 1 / (n - i + 1);
            g += h / i;
        }
        h += 1;
        double a = 4 * g - 6 + (10 - 6 * g) * bigH;
        double b = (2 * g - 4) * 4 + 16 * h + (2 * g - 14 * h - 4) * bigH - 8 * h + 4 * g - 6;
        double c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * bigH + 4 * h;
        double d = (2 * h + 6) * 4 - 8 * h;
        return (((a * n + b) * n + c) * n + d) / ((n - 1) * (n - 2) * (n - 3));
    }

    private static double pValue(double statistic) {
        double[] critical = new double[LEVELS.length];
        double[] logs = new double[LEVELS.length];
        for (int i = 0; i < LEVELS.length; i++) {
            critical[i] = B0[i] + B1[i] + B2[i];
            logs[i] = Math.log(LEVELS[i]);
        }
        if (statistic < critical[0]) {
            return LEVELS[0];
        }
        if (statistic > critical[LEVELS.length - 1]) {
            return LEVELS[LEVELS.length - 1];
        }
        return Math.exp(Parabola.fit(critical, logs).at(statistic));
    }

    /** y = a + b·x + c·x² by least squares, over polynomials that are orthogonal on the given points. */
    private record Parabola(double mean, double shift, double second, double level, double slope, double curve) {
        static Parabola fit(double[] x, double[] y) {
            int n = x.length;
            double mean = Distances.mean(x);
            double squares = 0;
            double cubes = 0;
            for (double value : x) {
                squares += (value - mean) * (value - mean);
                cubes += (value - mean) * (value - mean) * (value - mean);
            }
            double shift = cubes / squares;
            double second = squares / n;
            double slope = 0;
            double curve = 0;
            double norm = 0;
            for (int i = 0; i < n; i++) {
                double t = x[i] - mean;
                double q = t * t - shift * t - second;
                slope += t * y[i] / squares;
                curve += q * y[i];
                norm += q * q;
            }
            return new Parabola(mean, shift, second, Distances.mean(y), slope, curve / norm);
        }

        double at(double x) {
            double t = x - mean;
            return level + slope * t + curve * (t * t - shift * t - second);
        }
    }
}
