package io.mlaas.onnx.trees;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A binary decision tree; node 0 is its root. A test that holds leads to the node's left child, one that does not to its
 * right child.
 */
public final class Tree {
    /** A deeper tree would exhaust the stack of the runtime, which loads trees recursively. */
    static final int MAX_DEPTH = 2000;

    /** What a node asks of the value of its feature. */
    public enum Test {
        /** No question: the node is a leaf. */
        LEAF,
        /** {@code x < threshold}. */
        LESS,
        /** {@code x <= threshold}. */
        LESS_OR_EQUAL,
        /** Whether the value, without its fraction, is one of the node's categories. */
        MEMBER
    }

    private final Test[] tests;
    private final int[] features;
    private final double[] thresholds;
    private final int[][] categories;
    private final boolean[] missingLeft;
    private final int[] left;
    private final int[] right;
    private final double[][] values;

    private Tree(Builder b) {
        tests = b.tests;
        features = b.features;
        thresholds = b.thresholds;
        categories = b.categories;
        missingLeft = b.missingLeft;
        left = b.left;
        right = b.right;
        values = b.values;
    }

    public int size() {
        return tests.length;
    }

    public boolean isLeaf(int node) {
        return tests[node] == Test.LEAF;
    }

    public Test test(int node) {
        return tests[node];
    }

    /** Column of the input that the node asks about. */
    public int feature(int node) {
        return features[node];
    }

    public double threshold(int node) {
        return thresholds[node];
    }

    /** Whether a missing value (NaN) leads to the left child. */
    public boolean missingLeft(int node) {
        return missingLeft[node];
    }

    public int left(int node) {
        return left[node];
    }

    public int right(int node) {
        return right[node];
    }

    /** Categories of a {@link Test#MEMBER} node, ascending. */
    int[] categories(int node) {
        return categories[node];
    }

    /** What a leaf adds to the outputs. */
    double[] value(int leaf) {
        return values[leaf];
    }

    /** The leaf that a row of features, NaN where missing, comes to. */
    int leaf(double... row) {
        int node = 0;
        while (tests[node] != Test.LEAF) {
            node = holds(node, row[features[node]]) ? left[node] : right[node];
        }
        return node;
    }

    private boolean holds(int node, double x) {
        if (Double.isNaN(x)) {
            return missingLeft[node];
        }
        return switch (tests[node]) {
            case LESS -> x < thresholds[node];
            case LESS_OR_EQUAL -> x <= thresholds[node];
            // a conversion to int, as in the frameworks, cuts the fraction off
            case MEMBER -> Math.abs(x) <= Integer.MAX_VALUE && Arrays.binarySearch(categories[node], (int) x) >= 0;
            case LEAF -> throw new IllegalStateException("node: " + node + " (expected: no leaf)");
        };
    }

    /** The same tree whose leaves hold other numbers. */
    Tree withValues(double[]... leafValues) {
        Builder copy = new Builder(tests.length);
        System.arraycopy(tests, 0, copy.tests, 0, tests.length);
        System.arraycopy(features, 0, copy.features, 0, tests.length);
        System.arraycopy(thresholds, 0, copy.thresholds, 0, tests.length);
        System.arraycopy(categories, 0, copy.categories, 0, tests.length);
        System.arraycopy(missingLeft, 0, copy.missingLeft, 0, tests.length);
        System.arraycopy(left, 0, copy.left, 0, tests.length);
        System.arraycopy(right, 0, copy.right, 0, tests.length);
        System.arraycopy(leafValues, 0, copy.values, 0, tests.length);
        return new Tree(copy);
    }

    /** The same tree over other columns. */
    Tree withFeatures(int... columns) {
        Tree copy = withValues(values);
        for (int i = 0; i < tests.length; i++) {
            if (tests[i] != Test.LEAF) {
                copy.features[i] = columns[features[i]];
            }
        }
        return copy;
    }

    /** Fills in a tree node by node. */
    public static final class Builder {
        private static final int[] NO_CATEGORIES = {};
        private static final double[] NO_VALUE = {};

        private final Test[] tests;
        private final int[] features;
        private final double[] thresholds;
        private final int[][] categories;
        private final boolean[] missingLeft;
        private final int[] left;
        private final int[] right;
        private final double[][] values;

        public Builder(int size) {
            if (size < 1) {
                throw damaged("nodes: " + size + " (expected: >= 1)");
            }
            tests = new Test[size];
            features = new int[size];
            thresholds = new double[size];
            categories = new int[size][];
            Arrays.fill(categories, NO_CATEGORIES);
            missingLeft = new boolean[size];
            left = new int[size];
            right = new int[size];
            values = new double[size][];
            Arrays.fill(values, NO_VALUE);
        }

        public Builder leaf(int node, double... value) {
            for (double v : value) {
                if (!Double.isFinite(v)) {
                    throw damaged("node " + node + ": the leaf's value is " + v + " (expected: a finite number)");
                }
            }
            tests[node] = Test.LEAF;
            values[node] = value;
            return this;
        }

        public Builder split(
                int node, Test test, int feature, double threshold, boolean missingLeft, int left, int right) {
            if (Double.isNaN(threshold)) {
                throw damaged("node " + node + ": the threshold is NaN (expected: a number)");
            }
            tests[node] = test;
            features[node] = feature;
            thresholds[node] = threshold;
            this.missingLeft[node] = missingLeft;
            this.left[node] = left;
            this.right[node] = right;
            return this;
        }

        /** @param members ascending */
        public Builder member(int node, int feature, int[] members, boolean missingLeft, int left, int right) {
            split(node, Test.MEMBER, feature, 0, missingLeft, left, right);
            categories[node] = members;
            return this;
        }

        /**
         * The tree of the nodes that the root leads to.
         *
         * @param where named in the message of a refusal, such as {@code tree 3}
         * @throws TranslationRefused when the nodes are no tree, or ask about columns that do not exist
         */
        public Tree build(String where, int columns, int outputs) {
            int[] depths = new int[tests.length];
            int[] stack = new int[tests.length + 1];
            int top = 0;
            stack[top++] = 0;
            depths[0] = 1;
            while (top > 0) {
                int node = stack[--top];
                Test test = tests[node];
                if (test == Test.LEAF) {
                    require(where, node, "values", values[node].length, outputs);
                    continue;
                }
                if (test == null || features[node] < 0 || features[node] >= columns) {
                    throw damaged(where + ", node " + node + ": feature " + features[node] + " (expected: one of "
                            + columns + ")");
                }
                if (depths[node] > MAX_DEPTH) {
                    throw new TranslationRefused(
                            Reason.TOO_LARGE, where + ": deeper than " + MAX_DEPTH + " nodes (expected: at most that)");
                }
                for (int child : new int[] {right[node], left[node]}) {
                    if (child < 1 || child >= tests.length || depths[child] != 0) {
                        throw damaged(where + ", node " + node + ": its child " + child
                                + " does not exist or has another parent (expected: a tree)");
                    }
                    depths[child] = depths[node] + 1;
                    stack[top++] = child;
                }
            }
            return new Tree(this).withoutUnreachable(depths);
        }

        private static void require(String where, int node, String what, int found, int expected) {
            if (found != expected) {
                throw damaged(where + ", node " + node + ": " + what + ": " + found + " (expected: " + expected + ")");
            }
        }
    }

    private Tree withoutUnreachable(int... depths) {
        int[] renumbered = new int[depths.length];
        int kept = 0;
        for (int i = 0; i < depths.length; i++) {
            renumbered[i] = depths[i] == 0 ? -1 : kept++;
        }
        if (kept == depths.length) {
            return this;
        }
        Builder copy = new Builder(kept);
        for (int i = 0; i < depths.length; i++) {
            int to = renumbered[i];
            if (to < 0) {
                continue;
            }
            if (tests[i] == Test.LEAF) {
                copy.leaf(to, values[i]);
            } else {
                copy.split(
                        to,
                        tests[i],
                        features[i],
                        thresholds[i],
                        missingLeft[i],
                        renumbered[left[i]],
                        renumbered[right[i]]);
                copy.categories[to] = categories[i];
            }
        }
        return new Tree(copy);
    }

    static TranslationRefused damaged(String message) {
        return new TranslationRefused(Reason.DAMAGED, message);
    }

    static TranslationRefused damaged(String message, @Nullable Throwable cause) {
        return cause == null ? damaged(message) : new TranslationRefused(Reason.DAMAGED, message, cause);
    }
}
