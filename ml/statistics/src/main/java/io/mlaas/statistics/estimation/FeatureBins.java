package io.mlaas.statistics.estimation;

import java.util.Arrays;

/**
 * A feature's values in at most 255 bins of about equal count and at least 3 values, as LightGBM makes them (greedily; zero has a
 * bin of its own), so that a split is one of few thresholds.
 */
final class FeatureBins {
    private static final int MOST = 255;
    private static final int LEAST_IN_BIN = 3;
    private static final double ZERO = 1e-35f;

    /** Inclusive upper ends, ascending; the last one is infinite. */
    private final double[] upper;

    private FeatureBins(double... upper) {
        this.upper = upper;
    }

    static FeatureBins of(double... values) {
        double[] sorted =
                Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        int zeroFrom = first(sorted, -ZERO);
        int zeroTo = first(sorted, Math.nextUp(ZERO));
        double[] bounds = new double[MOST + 2];
        int size = 0;
        int others = zeroFrom + sorted.length - zeroTo;
        if (zeroFrom > 0) {
            int most = Math.max(1, (int) ((double) zeroFrom / others * (MOST - 1)));
            double[] negative = greedy(Arrays.copyOf(sorted, zeroFrom), most);
            negative[negative.length - 1] = -ZERO;
            System.arraycopy(negative, 0, bounds, 0, negative.length);
            size = negative.length;
        }
        int rest = MOST - 1 - size;
        if (zeroTo < sorted.length && rest > 0) {
            double[] positive = greedy(Arrays.copyOfRange(sorted, zeroTo, sorted.length), rest);
            bounds[size++] = ZERO;
            System.arraycopy(positive, 0, bounds, size, positive.length);
            size += positive.length;
        } else {
            bounds[size++] = Double.POSITIVE_INFINITY;
        }
        return new FeatureBins(Arrays.copyOf(bounds, size));
    }

    /** Index of the first value that is not below a limit. */
    private static int first(double[] sorted, double limit) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static double[] greedy(double[] sorted, int most) {
        double[] distinct = new double[sorted.length];
        int[] counts = new int[sorted.length];
        int size = 0;
        for (double value : sorted) {
            if (size == 0 || value > distinct[size - 1]) {
                distinct[size++] = value;
            }
            counts[size - 1]++;
        }
        boolean few = size <= most;
        double[] bounds = new double[Math.min(size, most)];
        int found = few ? small(distinct, counts, size, bounds) : large(distinct, counts, size, most, bounds);
        bounds[found++] = Double.POSITIVE_INFINITY;
        return Arrays.copyOf(bounds, found);
    }

    private static int small(double[] distinct, int[] counts, int size, double[] bounds) {
        int found = 0;
        int inBin = 0;
        for (int i = 0; i < size - 1; i++) {
            inBin += counts[i];
            if (inBin >= LEAST_IN_BIN) {
                found = add(bounds, found, distinct[i], distinct[i + 1]);
                inBin = 0;
            }
        }
        return found;
    }

    private static int large(double[] distinct, int[] counts, int size, int most, double[] bounds) {
        int all = Arrays.stream(counts, 0, size).sum();
        int bins = Math.max(1, Math.min(most, all / LEAST_IN_BIN));
        double mean = (double) all / bins;
        boolean[] big = new boolean[size];
        int restBins = bins;
        int rest = all;
        for (int i = 0; i < size; i++) {
            big[i] = counts[i] >= mean;
            restBins -= big[i] ? 1 : 0;
            rest -= big[i] ? counts[i] : 0;
        }
        mean = (double) rest / restBins;
        int found = 0;
        int inBin = 0;
        for (int i = 0; i < size - 1 && found < bins - 1; i++) {
            rest -= big[i] ? 0 : counts[i];
            inBin += counts[i];
            if (big[i] || inBin >= mean || (big[i + 1] && inBin >= Math.max(1, mean / 2))) {
                found = add(bounds, found, distinct[i], distinct[i + 1]);
                inBin = 0;
                if (!big[i]) {
                    restBins--;
                    mean = (double) rest / restBins;
                }
            }
        }
        return found;
    }

    private static int add(double[] bounds, int found, double below, double above) {
        double bound = Math.nextUp((below + above) / 2);
        if (found > 0 && bound <= Math.nextUp(bounds[found - 1])) {
            return found;
        }
        bounds[found] = bound;
        return found + 1;
    }

    double upper(int bin) {
        return upper[bin];
    }

    int size() {
        return upper.length;
    }

    /** NaN is taken as less than everything. */
    int bin(double value) {
        return Double.isNaN(value) ? 0 : first(upper, value);
    }
}
