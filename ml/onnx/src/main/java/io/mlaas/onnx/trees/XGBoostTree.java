package io.mlaas.onnx.trees;

import java.util.Arrays;

/**
 * Decodes one of XGBoost's trees. A value below the threshold leads left; a category that a node lists leads right; both
 * are turned so that what holds leads left.
 */
final class XGBoostTree {
    private final Document tree;
    private final String where;
    private final int outputs;
    private final double weight;

    /** @param weight that the leaves are multiplied by */
    XGBoostTree(Document tree, int number, int outputs, double weight) {
        this.tree = tree;
        this.where = "tree " + number;
        this.outputs = outputs;
        this.weight = weight;
    }

    Tree read(int columns) {
        int[] left = tree.get("left_children").integers();
        int nodes = left.length;
        int[] right = tree.get("right_children").integers(nodes);
        double[] thresholds = tree.get("split_conditions").numbers(nodes);
        int[] features = tree.get("split_indices").integers(nodes);
        double[] missingLeft = tree.get("default_left").numbers(nodes);
        int[] kinds = tree.has("split_type") ? tree.get("split_type").integers() : new int[0];
        int[][] categories = Arrays.stream(kinds).anyMatch(kind -> kind == 1) ? categories(nodes) : new int[nodes][];
        Document parameters = tree.get("tree_param");
        int width = parameters.has("size_leaf_vector")
                ? Math.max(1, parameters.get("size_leaf_vector").integer())
                : 1;
        if (width != 1 && width != outputs) {
            throw Tree.damaged(where + ": size_leaf_vector " + width + " (expected: " + outputs + ")");
        }
        double[] vectors = width == 1
                ? thresholds
                : tree.get(tree.has("leaf_weights") ? "leaf_weights" : "base_weights")
                        .numbers();
        Tree.Builder builder = new Tree.Builder(nodes);
        for (int node = 0; node < nodes; node++) {
            if (left[node] == -1) {
                // compact vectors of leaves are found by a number in place of the right child
                int at = width > 1 && tree.has("leaf_weights") ? right[node] : node;
                if (at < 0 || (at + 1L) * width > vectors.length) {
                    throw Tree.damaged(where + ", node " + node + ": no weights of this leaf");
                }
                builder.leaf(node, weighted(Arrays.copyOfRange(vectors, at * width, (at + 1) * width)));
            } else if (node < kinds.length && kinds[node] == 1) {
                builder.member(node, features[node], categories[node], missingLeft[node] == 0, right[node], left[node]);
            } else {
                builder.split(
                        node,
                        Tree.Test.LESS,
                        features[node],
                        (float) thresholds[node],
                        missingLeft[node] != 0,
                        left[node],
                        right[node]);
            }
        }
        return builder.build(where, columns, width);
    }

    private double[] weighted(double... values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) values[i] * weight;
        }
        return values;
    }

    private int[][] categories(int nodes) {
        int[] all = tree.get("categories").integers();
        int[] owners = tree.get("categories_nodes").integers();
        int[] starts = tree.get("categories_segments").integers(owners.length);
        int[] sizes = tree.get("categories_sizes").integers(owners.length);
        int[][] categories = new int[nodes][];
        Arrays.fill(categories, new int[0]);
        for (int i = 0; i < owners.length; i++) {
            if (owners[i] < 0
                    || owners[i] >= nodes
                    || starts[i] < 0
                    || sizes[i] < 0
                    || starts[i] + (long) sizes[i] > all.length) {
                throw Tree.damaged(where + ": categories_segments: " + starts[i] + " + " + sizes[i]
                        + " (expected: within the " + all.length + " categories)");
            }
            categories[owners[i]] =
                    Arrays.stream(all, starts[i], starts[i] + sizes[i]).sorted().toArray();
        }
        return categories;
    }
}
