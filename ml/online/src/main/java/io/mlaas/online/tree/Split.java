package io.mlaas.online.tree;

/**
 * An inner node. A number: at most {@code threshold}, or above it. A nominal input: one branch for each value if {@code
 * threshold} is NaN, otherwise the value that it is, or any other.
 */
final class Split extends Node {
    final int column;
    final boolean numeric;
    final double threshold;
    final Node[] children;

    Split(long epoch, int column, boolean numeric, double threshold, Node[] children) {
        super(epoch);
        this.column = column;
        this.numeric = numeric;
        this.threshold = threshold;
        this.children = children;
    }

    @Override
    Node copy(long ofEpoch) {
        return new Split(ofEpoch, column, numeric, threshold, children.clone());
    }

    int branch(double[] inputs, int start) {
        double value = inputs[start + column];
        if (numeric) {
            return value <= threshold ? 0 : 1;
        }
        return Double.isNaN(threshold) ? (int) value : value == threshold ? 0 : 1;
    }
}
