package io.mlaas.onnx.trees;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Decodes one of LightGBM's trees. Its inner nodes and its leaves are numbered apart; a child of −n−1 is leaf n. Each
 * inner node says how it treats what is missing: NaN, zero, or nothing, which makes NaN a zero.
 */
final class LightGbmTree {
    private static final int CATEGORICAL = 1;
    private static final int DEFAULT_LEFT = 2;
    private static final int ZERO = 1;
    private static final int NAN = 2;

    private final LightGbmBlock block;
    private final int columns;
    private final int leaves;
    private final long[] decisions;
    private final long[] features;

    LightGbmTree(LightGbmBlock block, int columns) {
        this.block = block;
        this.columns = columns;
        this.leaves = block.integer("num_leaves");
        if (leaves < 1) {
            throw Tree.damaged(block.name() + ": num_leaves: " + leaves + " (expected: >= 1)");
        }
        this.decisions = leaves == 1 ? new long[0] : block.integers("decision_type", leaves - 1);
        this.features = leaves == 1 ? new long[0] : block.integers("split_feature", leaves - 1);
    }

    boolean isLinear() {
        return block.has("is_linear") && block.integer("is_linear") != 0;
    }

    BitSet zeroIsMissing() {
        return numericColumns(true);
    }

    BitSet zeroIsNumber() {
        return numericColumns(false);
    }

    private BitSet numericColumns(boolean zero) {
        BitSet found = new BitSet();
        for (int i = 0; i < decisions.length; i++) {
            if ((decisions[i] & CATEGORICAL) == 0 && (missing(i) == ZERO) == zero) {
                found.set((int) features[i]);
            }
        }
        return found;
    }

    private int missing(int node) {
        return (int) ((decisions[node] >> 2) & 3);
    }

    /** @param share of the leaves' values */
    Tree read(double share) {
        double[] values = block.numbers("leaf_value", leaves);
        int inner = leaves - 1;
        Tree.Builder builder = new Tree.Builder(inner + leaves);
        for (int i = 0; i < leaves; i++) {
            builder.leaf(inner + i, values[i] * share);
        }
        if (inner == 0) {
            return builder.build(block.name(), columns, 1);
        }
        double[] thresholds = block.numbers("threshold", inner);
        long[] left = block.integers("left_child", inner);
        long[] right = block.integers("right_child", inner);
        int[][] categories = block.has("num_cat") && block.integer("num_cat") > 0 ? categories() : new int[0][];
        for (int i = 0; i < inner; i++) {
            int feature = (int) features[i];
            int whenTrue = child(left[i]);
            int whenFalse = child(right[i]);
            if ((decisions[i] & CATEGORICAL) != 0) {
                int set = (int) thresholds[i];
                if (set < 0 || set >= categories.length) {
                    throw Tree.damaged(block.name() + ": threshold: " + thresholds[i] + " (expected: one of the "
                            + categories.length + " sets of categories)");
                }
                builder.member(i, feature, categories[set], false, whenTrue, whenFalse);
                continue;
            }
            boolean isMissing = missing(i) == ZERO || missing(i) == NAN;
            boolean missingLeft = isMissing ? (decisions[i] & DEFAULT_LEFT) != 0 : 0 <= thresholds[i];
            builder.split(i, Tree.Test.LESS_OR_EQUAL, feature, thresholds[i], missingLeft, whenTrue, whenFalse);
        }
        return builder.build(block.name(), columns, 1);
    }

    /** The leaves in order, with linear functions where the tree has them. */
    List<LinearLeaves.Leaf> linear(double share) {
        double[] values = block.numbers("leaf_value", leaves);
        double[] constants = isLinear() ? block.numbers("leaf_const", leaves) : values;
        long[] counts = isLinear() ? block.integers("num_features", leaves) : new long[leaves];
        int all = 0;
        for (long count : counts) {
            if (count < 0 || count > columns) {
                throw Tree.damaged(block.name() + ": num_features: " + count + " (expected: 0 to " + columns + ")");
            }
            all = Math.addExact(all, (int) count);
        }
        double[] used = isLinear() ? block.spaced("leaf_features", all) : new double[0];
        double[] weights = isLinear() ? block.spaced("leaf_coeff", all) : new double[0];
        List<LinearLeaves.Leaf> linear = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < leaves; i++) {
            int[] own = new int[(int) counts[i]];
            double[] scaled = new double[own.length];
            for (int k = 0; k < own.length; k++, at++) {
                own[k] = (int) used[at];
                scaled[k] = weights[at] * share;
                if (own[k] < 0 || own[k] >= columns || own[k] != used[at] || !Double.isFinite(scaled[k])) {
                    throw Tree.damaged(block.name() + ": leaf_features: " + used[at] + " (expected: below " + columns
                            + ", with finite coefficients)");
                }
            }
            linear.add(new LinearLeaves.Leaf(values[i] * share, constants[i] * share, own, scaled));
        }
        return linear;
    }

    private int child(long stored) {
        long child = stored >= 0 ? stored : leaves - 1 + (-1 - stored);
        if (stored >= leaves - 1 || child > 2L * leaves) {
            throw Tree.damaged(block.name() + ": child " + stored + " (expected: one of the tree's)");
        }
        return (int) child;
    }

    private int[][] categories() {
        int sets = block.integer("num_cat");
        if (sets >= leaves) {
            throw Tree.damaged(block.name() + ": num_cat: " + sets + " (expected: at most one per node)");
        }
        long[] bounds = block.integers("cat_boundaries", sets + 1);
        long[] words = block.integers("cat_threshold", (int) Math.max(0, Math.min(Integer.MAX_VALUE, bounds[sets])));
        int[][] categories = new int[sets][];
        for (int i = 0; i < sets; i++) {
            if (bounds[i] < 0 || bounds[i] > bounds[i + 1] || bounds[i + 1] > words.length) {
                throw Tree.damaged(
                        block.name() + ": cat_boundaries: " + Arrays.toString(bounds) + " (expected: ascending)");
            }
            int first = (int) bounds[i];
            int bits = Math.multiplyExact((int) (bounds[i + 1] - bounds[i]), 32);
            categories[i] = IntStream.range(0, bits)
                    .filter(bit -> ((words[first + bit / 32] >> (bit % 32)) & 1) != 0)
                    .toArray();
        }
        return categories;
    }
}
