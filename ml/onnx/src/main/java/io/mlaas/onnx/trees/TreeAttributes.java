package io.mlaas.onnx.trees;

import io.mlaas.onnx.graph.Attribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** The parallel lists in which {@code TreeEnsembleRegressor} wants its nodes. */
final class TreeAttributes {
    private final boolean wide;
    private final LongStream.Builder trees = LongStream.builder();
    private final LongStream.Builder ids = LongStream.builder();
    private final LongStream.Builder features = LongStream.builder();
    private final List<String> modes = new ArrayList<>();
    private final DoubleStream.Builder values = DoubleStream.builder();
    private final LongStream.Builder whenTrue = LongStream.builder();
    private final LongStream.Builder whenFalse = LongStream.builder();
    private final LongStream.Builder missingTrue = LongStream.builder();
    private final LongStream.Builder weightTrees = LongStream.builder();
    private final LongStream.Builder weightNodes = LongStream.builder();
    private final LongStream.Builder weightTargets = LongStream.builder();
    private final DoubleStream.Builder weights = DoubleStream.builder();
    private int tree = -1;

    /** @param wide whether thresholds and weights are stored as 64-bit floats */
    TreeAttributes(boolean wide) {
        this.wide = wide;
    }

    /** Tells what a leaf contributes. */
    interface Leaves {
        void write(int leaf, Weights to);
    }

    /** Takes the contributions of a leaf. */
    interface Weights {
        void weight(int target, double weight);
    }

    void add(Tree source, Leaves leaves) {
        tree++;
        int free = source.size();
        for (int node = 0; node < source.size(); node++) {
            int leaf = node;
            switch (source.test(node)) {
                case LEAF -> {
                    row(node, 0, "LEAF", 0, 0, 0, false);
                    leaves.write(leaf, (target, weight) -> {
                        weightTrees.add(tree);
                        weightNodes.add(leaf);
                        weightTargets.add(target);
                        weights.add(weight);
                    });
                }
                case LESS ->
                    branch(source, node, "BRANCH_LT", wide ? source.threshold(node) : up(source.threshold(node)));
                case LESS_OR_EQUAL ->
                    branch(source, node, "BRANCH_LEQ", wide ? source.threshold(node) : down(source.threshold(node)));
                case MEMBER -> free = members(source, node, free);
            }
        }
    }

    /** A chain of comparisons whose true branches all lead to the left child: runtimes know this as set membership. */
    private int members(Tree source, int node, int firstFree) {
        int[] categories = source.categories(node);
        if (categories.length == 0) {
            branch(source, node, "BRANCH_LT", Double.NEGATIVE_INFINITY);
            return firstFree;
        }
        int free = firstFree;
        int id = node;
        for (int i = 0; i < categories.length; i++) {
            boolean last = i == categories.length - 1;
            int next = last ? source.right(node) : free++;
            row(
                    id,
                    source.feature(node),
                    "BRANCH_EQ",
                    categories[i],
                    source.left(node),
                    next,
                    source.missingLeft(node));
            id = next;
        }
        return free;
    }

    private void branch(Tree source, int node, String mode, double threshold) {
        row(
                node,
                source.feature(node),
                mode,
                threshold,
                source.left(node),
                source.right(node),
                source.missingLeft(node));
    }

    private void row(int id, int feature, String mode, double value, int left, int right, boolean missingLeft) {
        trees.add(tree);
        ids.add(id);
        features.add(feature);
        modes.add(mode);
        values.add(value);
        whenTrue.add(left);
        whenFalse.add(right);
        missingTrue.add(missingLeft ? 1 : 0);
    }

    /** The largest 32-bit float that is not above: {@code x <= t} stays what it is for each x of 32 bits. */
    static double down(double threshold) {
        float rounded = (float) threshold;
        return rounded > threshold ? Math.nextDown(rounded) : rounded;
    }

    /** The smallest 32-bit float that is not below: {@code x < t} stays what it is for each x of 32 bits. */
    static double up(double threshold) {
        float rounded = (float) threshold;
        return rounded < threshold ? Math.nextUp(rounded) : rounded;
    }

    Attribute[] finish(int targets, double... base) {
        List<Attribute> all = new ArrayList<>(List.of(
                Attribute.of("n_targets", targets),
                Attribute.of("nodes_treeids", trees.build().toArray()),
                Attribute.of("nodes_nodeids", ids.build().toArray()),
                Attribute.of("nodes_featureids", features.build().toArray()),
                Attribute.ofStrings("nodes_modes", modes),
                numbers("nodes_values", values.build().toArray()),
                Attribute.of("nodes_truenodeids", whenTrue.build().toArray()),
                Attribute.of("nodes_falsenodeids", whenFalse.build().toArray()),
                Attribute.of(
                        "nodes_missing_value_tracks_true", missingTrue.build().toArray()),
                Attribute.of("target_treeids", weightTrees.build().toArray()),
                Attribute.of("target_nodeids", weightNodes.build().toArray()),
                Attribute.of("target_ids", weightTargets.build().toArray()),
                numbers("target_weights", weights.build().toArray())));
        if (Arrays.stream(base).anyMatch(b -> b != 0)) {
            all.add(numbers("base_values", base));
        }
        return all.toArray(Attribute[]::new);
    }

    private Attribute numbers(String name, double... numbers) {
        return wide ? Attribute.ofDoubles(name + "_as_tensor", numbers) : Attribute.ofFloats(name, numbers);
    }
}
