package io.mlaas.statistics.estimation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The non-decreasing function that is nearest to points in the least-squares sense (pool adjacent violators), linear between
 * the points and constant beyond them.
 */
public final class IsotonicRegression {
    private final double[] x;
    private final double[] y;

    private IsotonicRegression(double[] x, double[] y) {
        this.x = x;
        this.y = y;
    }

    /** @param x at least one, finite; points with the same x count by their mean */
    public static IsotonicRegression fit(double[] x, double[] y) {
        Inputs.sameLength("y", y.length, x.length);
        Inputs.some("x", x.length);
        Inputs.finite("x", x);
        Inputs.finite("y", y);
        int[] order = IntStream.range(0, x.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> x[i]).thenComparingDouble(i -> y[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] points = new double[x.length];
        double[] means = new double[x.length];
        double[] weights = new double[x.length];
        int size = 0;
        for (int i : order) {
            if (size == 0 || points[size - 1] != x[i]) {
                points[size++] = x[i];
            }
            weights[size - 1]++;
            means[size - 1] += (y[i] - means[size - 1]) / weights[size - 1];
        }
        return new IsotonicRegression(Arrays.copyOf(points, size), pooled(means, weights, size));
    }

    private static double[] pooled(double[] means, double[] weights, int size) {
        int[] lengths = new int[size];
        int blocks = 0;
        for (int i = 0; i < size; i++) {
            double mean = means[i];
            double weight = weights[i];
            int length = 1;
            while (blocks > 0 && means[blocks - 1] >= mean) {
                blocks--;
                mean = (means[blocks] * weights[blocks] + mean * weight) / (weights[blocks] + weight);
                weight += weights[blocks];
                length += lengths[blocks];
            }
            means[blocks] = mean;
            weights[blocks] = weight;
            lengths[blocks] = length;
            blocks++;
        }
        double[] fitted = new double[size];
        int from = 0;
        for (int block = 0; block < blocks; block++) {
            Arrays.fill(fitted, from, from + lengths[block], means[block]);
            from += lengths[block];
        }
        return fitted;
    }

    public double at(double value) {
        int index = Arrays.binarySearch(x, value);
        if (index >= 0) {
            return y[index];
        }
        int above = -index - 1;
        if (above == 0) {
            return y[0];
        }
        if (above == x.length) {
            return y[x.length - 1];
        }
        double share = (value - x[above - 1]) / (x[above] - x[above - 1]);
        return y[above - 1] + share * (y[above] - y[above - 1]);
    }
}
