package io.mlaas.onnx.trees;

import io.mlaas.onnx.sklearn.Boundary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows on the thresholds of an ensemble: for each node, or evenly chosen ones where there are too many, rows that come to
 * the node and whose value is the threshold, the next number above and the next below; and missing ones.
 */
final class Boundaries {
    private final TreeEnsemble ensemble;
    private final boolean wide;
    private final List<double[]> rows = new ArrayList<>();

    private Boundaries(TreeEnsemble ensemble, boolean wide) {
        this.ensemble = ensemble;
        this.wide = wide;
    }

    /**
     * @param wide whether neighbours are those of 64-bit floats
     * @param limit of the rows, roughly
     */
    static List<double[]> rows(TreeEnsemble ensemble, boolean wide, int limit) {
        Boundaries boundaries = new Boundaries(ensemble, wide);
        double[] zeros = new double[ensemble.columns()];
        double[] missing = new double[ensemble.columns()];
        Arrays.fill(missing, Double.NaN);
        boundaries.rows.add(zeros);
        boundaries.rows.add(missing);
        boundaries.each(limit / 4, boundaries::around);
        return boundaries.rows;
    }

    /**
     * Rows of 64-bit floats that lie on the thresholds themselves.
     *
     * @param limit of the rows, roughly
     */
    static List<Boundary> nodes(TreeEnsemble ensemble, int limit) {
        Boundaries boundaries = new Boundaries(ensemble, true);
        List<Boundary> found = new ArrayList<>();
        boundaries.each(limit, (tree, node, parents) -> {
            int feature = tree.feature(node);
            double[] row = boundaries.leadingTo(tree, node, parents);
            int[] categories = tree.categories(node);
            row[feature] = tree.test(node) == Tree.Test.MEMBER
                    ? categories.length == 0 ? 0 : categories[0]
                    : tree.threshold(node);
            found.add(new Boundary(row, feature));
        });
        return found;
    }

    private interface Visit {
        void node(Tree tree, int node, int[] parents);
    }

    /** The inner nodes, or evenly chosen ones. */
    private void each(int limit, Visit visit) {
        // of a binary tree's nodes half are leaves
        long stride = Math.max(1, ensemble.nodes() / 2 / Math.max(1, limit));
        long seen = 0;
        for (TreeEnsemble.Member member : ensemble.trees()) {
            int[] parents = parents(member.tree());
            for (int node = 0; node < member.tree().size(); node++) {
                if (!member.tree().isLeaf(node) && seen++ % stride == 0) {
                    visit.node(member.tree(), node, parents);
                }
            }
        }
    }

    private static int[] parents(Tree tree) {
        int[] parents = new int[tree.size()];
        parents[0] = -1;
        for (int node = 0; node < parents.length; node++) {
            if (!tree.isLeaf(node)) {
                parents[tree.left(node)] = node;
                parents[tree.right(node)] = node;
            }
        }
        return parents;
    }

    private void around(Tree tree, int node, int... parents) {
        double[] row = leadingTo(tree, node, parents);
        int feature = tree.feature(node);
        if (tree.test(node) == Tree.Test.MEMBER) {
            int[] categories = tree.categories(node);
            int known = categories.length == 0 ? 0 : categories[0];
            add(row, feature, known);
            add(row, feature, categories.length == 0 ? 1 : categories[categories.length - 1] + 1);
        } else {
            double threshold = wide ? tree.threshold(node) : (float) tree.threshold(node);
            add(row, feature, threshold);
            add(row, feature, wide ? Math.nextUp(threshold) : Math.nextUp((float) threshold));
            add(row, feature, wide ? Math.nextDown(threshold) : Math.nextDown((float) threshold));
        }
        add(row, feature, Double.NaN);
    }

    private void add(double[] row, int feature, double value) {
        double[] copy = row.clone();
        copy[feature] = value;
        rows.add(copy);
    }

    /** A row that comes to the node, unless the path contradicts itself. */
    private double[] leadingTo(Tree tree, int node, int... parents) {
        double[] low = new double[ensemble.columns()];
        double[] high = new double[ensemble.columns()];
        double[] row = new double[ensemble.columns()];
        Arrays.fill(low, Double.NEGATIVE_INFINITY);
        Arrays.fill(high, Double.POSITIVE_INFINITY);
        for (int child = node; parents[child] >= 0; child = parents[child]) {
            int parent = parents[child];
            int feature = tree.feature(parent);
            boolean left = tree.left(parent) == child;
            if (tree.test(parent) == Tree.Test.MEMBER) {
                int[] categories = tree.categories(parent);
                if (categories.length > 0) {
                    row[feature] = left ? categories[0] : categories[categories.length - 1] + 1;
                }
            } else if (left) {
                high[feature] = Math.min(high[feature], tree.threshold(parent));
            } else {
                low[feature] = Math.max(low[feature], tree.threshold(parent));
            }
        }
        for (int i = 0; i < row.length; i++) {
            boolean bounded = low[i] > Double.NEGATIVE_INFINITY || high[i] < Double.POSITIVE_INFINITY;
            if (bounded
                    && Math.max(Math.abs(low[i]), 0) != Double.POSITIVE_INFINITY
                    && high[i] < Double.POSITIVE_INFINITY) {
                row[i] = low[i] + (high[i] - low[i]) / 2;
            } else if (bounded) {
                row[i] = high[i] < Double.POSITIVE_INFINITY
                        ? high[i] - Math.max(1, Math.ulp(high[i]) * 2)
                        : low[i] + Math.max(1, Math.ulp(low[i]) * 2);
            }
            row[i] = wide ? row[i] : (float) row[i];
        }
        return row;
    }
}
