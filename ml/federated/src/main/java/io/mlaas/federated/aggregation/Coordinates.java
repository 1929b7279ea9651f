package io.mlaas.federated.aggregation;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Statistics of each coordinate by itself. Coordinates are shared out to processors; each is calculated alone, so that
 * the result does not depend on how.
 */
final class Coordinates {
    /** As many as share cache lines of each update. */
    private static final int BLOCK = 64;

    private Coordinates() {}

    /** Of one coordinate's values, ascending. */
    private interface Statistic {
        double of(float[] ascending);
    }

    static double[] median(float[][] updates, int size) {
        return each(updates, size, Coordinates::median);
    }

    static double[] trimmedMean(float[][] updates, int size, double share) {
        int cut = (int) (share * updates.length);
        return each(updates, size, values -> mean(values, cut, values.length - cut));
    }

    /** The mean of the {@code count} values closest to the median; of two that are as close, the smaller. */
    static double[] closestToMedian(float[][] updates, int size, int count) {
        return each(updates, size, values -> {
            double median = median(values);
            int from = 0;
            while (from + count < values.length && median - values[from] > values[from + count] - median) {
                from++;
            }
            return mean(values, from, from + count);
        });
    }

    private static double median(float[] ascending) {
        int middle = ascending.length / 2;
        return ascending.length % 2 == 1 ? ascending[middle] : ((double) ascending[middle - 1] + ascending[middle]) / 2;
    }

    private static double mean(float[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum / (to - from);
    }

    private static double[] each(float[][] updates, int size, Statistic statistic) {
        double[] result = new double[size];
        int blocks = (size + BLOCK - 1) / BLOCK;
        IntStream.range(0, blocks).parallel().forEach(block -> {
            int from = block * BLOCK;
            int to = Math.min(size, from + BLOCK);
            float[][] columns = new float[to - from][updates.length];
            for (int u = 0; u < updates.length; u++) {
                for (int i = from; i < to; i++) {
                    columns[i - from][u] = updates[u][i];
                }
            }
            for (int i = from; i < to; i++) {
                Arrays.sort(columns[i - from]);
                result[i] = statistic.of(columns[i - from]);
            }
        });
        return result;
    }
}
