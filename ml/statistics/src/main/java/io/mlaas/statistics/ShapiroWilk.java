package io.mlaas.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The W test of normality (Shapiro and Wilk 1965) in Royston's approximation: P. Royston, "Remark AS R94: A Remark on
 * Algorithm AS 181", Applied Statistics 44 (1995). Good for 3 to 5000 values; beyond, p is an extrapolation.
 */
public final class ShapiroWilk {
    private static final int LARGEST = 5000;
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final double[] LAST = {0, .221157, -.147981, -2.07119, 4.434685, -2.706056};
    private static final double[] LAST_BUT_ONE = {0, .042981, -.293762, -1.752461, 5.682633, -3.582633};
    private static final double[] SMALL_MEAN = {.5440, -.39978, .025054, -.0006714};
    private static final double[] SMALL_DEVIATION = {1.3822, -.77857, .062767, -.0020322};
    private static final double[] LARGE_MEAN = {-1.5861, -.31082, -.083751, .0038915};
    private static final double[] LARGE_DEVIATION = {-.4803, -.082676, .0030302};

    private ShapiroWilk() {}

    /**
     * @param sample 3 values or more, not all the same, in any order
     * @return W and its p-value
     */
    public static TestResult test(double... sample) {
        double[] sorted = Checks.sorted(sample, 3);
        double oneMinusW = oneMinusW(sorted, weights(sorted.length));
        return new TestResult(1 - oneMinusW, pValue(oneMinusW, sorted.length));
    }

    /** Whether p is within the range for which the approximation was made. */
    public static boolean covers(int values) {
        return values >= 3 && values <= LARGEST;
    }

    /** The weights of the upper half, the largest value's first; those of the lower half are their negatives. */
    private static double[] weights(int n) {
        int half = n / 2;
        double[] weights = new double[half];
        if (n == 3) {
            weights[0] = Math.sqrt(.5);
            return weights;
        }
        double[] expected = new double[half];
        double sum = 0;
        for (int i = 0; i < half; i++) {
            expected[i] = NORMAL.inverseCumulativeProbability((i + 1 - .375) / (n + .25));
            sum += 2 * expected[i] * expected[i];
        }
        double root = Math.sqrt(sum);
        double step = 1 / Math.sqrt(n);
        weights[0] = polynomial(LAST, step) - expected[0] / root;
        int fitted = n > 5 ? 2 : 1;
        double rest = sum - 2 * expected[0] * expected[0];
        double left = 1 - 2 * weights[0] * weights[0];
        if (fitted == 2) {
            weights[1] = polynomial(LAST_BUT_ONE, step) - expected[1] / root;
            rest -= 2 * expected[1] * expected[1];
            left -= 2 * weights[1] * weights[1];
        }
        double factor = Math.sqrt(rest / left);
        for (int i = fitted; i < half; i++) {
            weights[i] = -expected[i] / factor;
        }
        return weights;
    }

    /** 1 - W without the cancellation of computing W first; the values are brought to a range of 1. */
    private static double oneMinusW(double[] sorted, double[] weights) {
        int n = sorted.length;
        double range = sorted[n - 1] - sorted[0];
        double meanWeight = 0;
        double meanValue = 0;
        for (int i = 0; i < n; i++) {
            meanValue += sorted[i] / range / n;
            meanWeight += weight(weights, i, n) / n;
        }
        double squaredWeights = 0;
        double squaredValues = 0;
        double products = 0;
        for (int i = 0; i < n; i++) {
            double weight = weight(weights, i, n) - meanWeight;
            double value = sorted[i] / range - meanValue;
            squaredWeights += weight * weight;
            squaredValues += value * value;
            products += weight * value;
        }
        double root = Math.sqrt(squaredWeights * squaredValues);
        return Math.max(0, (root - products) * (root + products) / (squaredWeights * squaredValues));
    }

    private static double weight(double[] weights, int i, int n) {
        int mirrored = n - 1 - i;
        if (i == mirrored) {
            return 0;
        }
        return i < mirrored ? -weights[i] : weights[mirrored];
    }

    private static double pValue(double oneMinusW, int n) {
        if (n == 3) {
            double w = Math.min(1, Math.max(.75, 1 - oneMinusW));
            return Math.clamp(1 - 6 / Math.PI * Math.acos(Math.sqrt(w)), 0, 1);
        }
        double y = Math.log(oneMinusW);
        double logSize = Math.log(n);
        double mean;
        double deviation;
        if (n <= 11) {
            double gamma = -2.273 + .459 * n;
            if (y >= gamma) {
                return 1e-19;
            }
            y = -Math.log(gamma - y);
            mean = polynomial(SMALL_MEAN, n);
            deviation = Math.exp(polynomial(SMALL_DEVIATION, n));
        } else {
            mean = polynomial(LARGE_MEAN, logSize);
            deviation = Math.exp(polynomial(LARGE_DEVIATION, logSize));
        }
        return NORMAL.survivalProbability((y - mean) / deviation);
    }

    private static double polynomial(double[] coefficients, double x) {
        double value = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            value = value * x + coefficients[i];
        }
        return value;
    }
}
