package io.mlaas.statistics.estimation;

/** A binary tree of thresholds; node 0 is the root, and a negative child -(l + 1) is leaf l. */
final class RegressionTree {
    private final int[] feature;
    private final double[] threshold;
    private final int[] left;
    private final int[] right;
    private final double[] leaves;
    private int nodes;
    private int leafCount = 1;

    RegressionTree(int mostLeaves) {
        feature = new int[mostLeaves];
        threshold = new double[mostLeaves];
        left = new int[mostLeaves];
        right = new int[mostLeaves];
        leaves = new double[mostLeaves];
    }

    /** Replaces a leaf by a node: its lower side stays that leaf. Gives the leaf of the other side. */
    int split(int leaf, int parent, int byFeature, double atMost) {
        int node = nodes++;
        if (parent >= 0) {
            if (left[parent] == ~leaf) {
                left[parent] = node;
            } else {
                right[parent] = node;
            }
        }
        feature[node] = byFeature;
        threshold[node] = atMost;
        left[node] = ~leaf;
        right[node] = ~leafCount;
        return leafCount++;
    }

    /** The node that was made last. */
    int lastNode() {
        return nodes - 1;
    }

    void value(int leaf, double value) {
        leaves[leaf] = value;
    }

    double predict(double... row) {
        if (nodes == 0) {
            return leaves[0];
        }
        int node = 0;
        while (node >= 0) {
            node = row[feature[node]] > threshold[node] ? right[node] : left[node];
        }
        return leaves[~node];
    }
}
