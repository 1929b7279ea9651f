package io.mlaas.statistics.estimation;

import org.jspecify.annotations.Nullable;

/**
 * Grows one tree on gradients of the squared loss, always splitting the leaf that gains most: at most 31 leaves, each of 20 rows
 * or more.
 */
final class TreeGrower {
    private static final int MOST_LEAVES = 31;
    private static final int LEAST_ROWS = 20;
    private static final double RATE = .1;

    private final FeatureBins[] bins;
    private final byte[][] binned;
    private final float[] gradients;
    private final int[] rows;
    private final int[] spare;

    /** @param binned [feature][row], unsigned */
    TreeGrower(FeatureBins[] bins, byte[][] binned, float... gradients) {
        this.bins = bins;
        this.binned = binned;
        this.gradients = gradients;
        rows = new int[gradients.length];
        spare = new int[gradients.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i;
        }
    }

    /** Sums of gradients and counts of rows, by feature and bin. */
    private static final class Histogram {
        private final double[][] sums;
        private final int[][] counts;

        Histogram(double[][] sums, int[]... counts) {
            this.sums = sums;
            this.counts = counts;
        }

        /** What is left without a part; this one becomes it. */
        Histogram less(Histogram part) {
            for (int feature = 0; feature < sums.length; feature++) {
                for (int bin = 0; bin < sums[feature].length; bin++) {
                    sums[feature][bin] -= part.sums[feature][bin];
                    counts[feature][bin] -= part.counts[feature][bin];
                }
            }
            return this;
        }
    }

    /** The rows from..to of {@link #rows}, and the best split of them, if there is one. */
    private record Leaf(
            int from,
            int to,
            double sum,
            Histogram histogram,
            int parent,
            @Nullable Split split) {}

    private record Split(int feature, int bin, double gain, double left, double right) {}

    /** Adds what the tree says to each row's score. */
    RegressionTree grow(double... scores) {
        RegressionTree tree = new RegressionTree(MOST_LEAVES);
        Leaf[] leaves = new Leaf[MOST_LEAVES];
        double sum = 0;
        for (float gradient : gradients) {
            sum += gradient;
        }
        leaves[0] = leaf(0, rows.length, sum, histogram(0, rows.length), -1);
        int count = 1;
        while (count < MOST_LEAVES) {
            int best = best(leaves, count);
            Split split = best < 0 ? null : leaves[best].split;
            if (split == null) {
                break;
            }
            Leaf old = leaves[best];
            int middle = partition(old, split);
            int other = tree.split(best, old.parent, split.feature, bins[split.feature].upper(split.bin));
            boolean leftIsSmaller = middle - old.from <= old.to - middle;
            Histogram smaller = leftIsSmaller ? histogram(old.from, middle) : histogram(middle, old.to);
            Histogram larger = old.histogram.less(smaller);
            leaves[best] = leaf(old.from, middle, split.left, leftIsSmaller ? smaller : larger, tree.lastNode());
            leaves[other] = leaf(middle, old.to, split.right, leftIsSmaller ? larger : smaller, tree.lastNode());
            count++;
        }
        for (int i = 0; i < count; i++) {
            double value = -leaves[i].sum / (leaves[i].to - leaves[i].from) * RATE;
            tree.value(i, value);
            for (int k = leaves[i].from; k < leaves[i].to; k++) {
                scores[rows[k]] += value;
            }
        }
        return tree;
    }

    private static int best(Leaf[] leaves, int count) {
        int best = -1;
        double gain = 0;
        for (int i = 0; i < count; i++) {
            Split split = leaves[i].split;
            if (split != null && split.gain > gain) {
                best = i;
                gain = split.gain;
            }
        }
        return best;
    }

    private Leaf leaf(int from, int to, double sum, Histogram histogram, int parent) {
        Split best = null;
        if (to - from >= 2 * LEAST_ROWS) {
            for (int feature = 0; feature < bins.length; feature++) {
                Split split = split(feature, histogram, to - from, sum);
                if (split != null && (best == null || split.gain > best.gain)) {
                    best = split;
                }
            }
        }
        return new Leaf(from, to, sum, histogram, parent, best);
    }

    private Histogram histogram(int from, int to) {
        double[][] sums = new double[bins.length][];
        int[][] counts = new int[bins.length][];
        for (int feature = 0; feature < bins.length; feature++) {
            sums[feature] = new double[bins[feature].size()];
            counts[feature] = new int[sums[feature].length];
            byte[] column = binned[feature];
            for (int k = from; k < to; k++) {
                int bin = column[rows[k]] & 0xff;
                sums[feature][bin] += gradients[rows[k]];
                counts[feature][bin]++;
            }
        }
        return new Histogram(sums, counts);
    }

    /** The best threshold of one feature, from the greatest down. */
    private static @Nullable Split split(int feature, Histogram histogram, int all, double sum) {
        double[] sums = histogram.sums[feature];
        int[] counts = histogram.counts[feature];
        double whole = sum * sum / all;
        double right = 0;
        int above = 0;
        Split best = null;
        for (int bin = sums.length - 1; bin > 0; bin--) {
            right += sums[bin];
            above += counts[bin];
            int below = all - above;
            if (below < LEAST_ROWS) {
                break;
            }
            if (above >= LEAST_ROWS) {
                double left = sum - right;
                double gain = left * left / below + right * right / above - whole;
                if (gain > (best == null ? 0 : best.gain)) {
                    best = new Split(feature, bin - 1, gain, left, right);
                }
            }
        }
        return best;
    }

    /** Rows up to the split's bin first, both sides in their order. Gives where the other side begins. */
    private int partition(Leaf leaf, Split split) {
        byte[] column = binned[split.feature];
        int low = leaf.from;
        int high = 0;
        for (int k = leaf.from; k < leaf.to; k++) {
            if ((column[rows[k]] & 0xff) <= split.bin) {
                rows[low++] = rows[k];
            } else {
                spare[high++] = rows[k];
            }
        }
        System.arraycopy(spare, 0, rows, low, high);
        return low;
    }
}
