package io.mlaas.onnx.trees;

import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A fitted {@code sklearn.tree._tree.Tree}, as it is pickled. */
final class SklearnTree {
    private final String where;
    private final int[] left;
    private final int[] right;
    private final int[] features;
    private final double[] thresholds;
    private final double[] missingLeft;
    private final double[] samples;
    private final double[] values;
    private final int width;

    /** @param estimator a single tree */
    SklearnTree(PickledObject estimator, String where) {
        this.where = where;
        PickledObject tree = estimator.object("tree_");
        NdArray nodes = tree.array("nodes");
        left = nodes.field("left_child").ints();
        right = nodes.field("right_child").ints();
        features = nodes.field("feature").ints();
        thresholds = nodes.field("threshold").doubles();
        samples = nodes.field("n_node_samples").doubles();
        missingLeft = nodes.fields().contains("missing_go_to_left")
                ? nodes.field("missing_go_to_left").doubles()
                : new double[left.length];
        values = tree.array("values").doubles();
        width = left.length == 0 ? 0 : values.length / left.length;
        if (width == 0 || values.length != width * left.length) {
            throw Tree.damaged(where + ": " + values.length + " values (expected: a multiple of " + left.length
                    + " nodes, which is not 0)");
        }
    }

    /** Numbers at each node: targets of a regressor, classes of a classifier. */
    int width() {
        return width;
    }

    int size() {
        return left.length;
    }

    double samples(int node) {
        return samples[node];
    }

    double[] value(int node) {
        return Arrays.copyOfRange(values, node * width, (node + 1) * width);
    }

    /** Shares of the classes; older versions store their weights. */
    double[] shares(int node) {
        return shared(value(node));
    }

    /** Those of several targets, one after the other; each has as many places as the one with the most classes. */
    double[] shares(int node, List<List<Object>> targets) {
        int places = targets.stream().mapToInt(List::size).max().orElse(0);
        if (places * targets.size() != width) {
            throw Tree.damaged(where + ": " + width + " values of a node (expected: " + places + " for each of "
                    + targets.size() + " targets)");
        }
        double[] values = value(node);
        return IntStream.range(0, targets.size())
                .mapToObj(t -> Arrays.copyOfRange(
                        values, t * places, t * places + targets.get(t).size()))
                .flatMapToDouble(own -> Arrays.stream(shared(own)))
                .toArray();
    }

    private static double[] shared(double... shares) {
        double sum = Arrays.stream(shares).sum();
        for (int i = 0; i < shares.length && sum != 0; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /** What a leaf shall hold. */
    interface Leaf {
        double[] at(int node);
    }

    Tree build(int columns, int outputs, Leaf leaf) {
        Tree.Builder builder = new Tree.Builder(left.length);
        for (int node = 0; node < left.length; node++) {
            if (left[node] == -1) {
                builder.leaf(node, leaf.at(node));
            } else {
                builder.split(
                        node,
                        Tree.Test.LESS_OR_EQUAL,
                        features[node],
                        thresholds[node],
                        missingLeft[node] != 0,
                        left[node],
                        right[node]);
            }
        }
        return builder.build(where, columns, outputs);
    }

    /** Nodes on the way to each node, it and the root included. */
    int[] depths() {
        int[] depths = new int[left.length];
        depths[0] = 1;
        // children come after their parents
        for (int node = 0; node < left.length; node++) {
            if (left[node] > node && right[node] > node && left[node] < left.length && right[node] < left.length) {
                depths[left[node]] = depths[node] + 1;
                depths[right[node]] = depths[node] + 1;
            } else if (left[node] != -1) {
                throw Tree.damaged(where + ", node " + node + ": children " + left[node] + ", " + right[node]
                        + " (expected: later nodes)");
            }
        }
        return depths;
    }
}
