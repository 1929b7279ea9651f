package io.mlaas.online.tree;

import io.mlaas.online.ConfigurationFields;

/**
 * How a Hoeffding tree grows.
 *
 * @param gracePeriod weight of rows between two tries to split a leaf
 * @param delta probability that a split is not the one that endless data would choose
 * @param tie the bound below which the better of two equal inputs is taken
 * @param subspace inputs that a leaf watches, drawn at random; 0 for all of them
 */
record TreeSettings(
        int gracePeriod,
        double delta,
        double tie,
        LeafPrediction leafPrediction,
        NominalSplits nominalSplits,
        int maxLeaves,
        int maxDepth,
        int subspace) {

    static TreeSettings parse(
            ConfigurationFields fields, int gracePeriod, double delta, NominalSplits nominalSplits, int subspace) {
        return new TreeSettings(
                fields.integer("grace_period", gracePeriod, 1, 1_000_000_000),
                fields.above("delta", delta, 0, 0.999),
                fields.between("tie_threshold", 0.05, 0, 1),
                fields.choice("leaf_prediction", LeafPrediction.NAIVE_BAYES_ADAPTIVE),
                fields.choice("nominal_splits", nominalSplits),
                fields.integer("max_leaves", 10_000, 1, 10_000_000),
                fields.integer("max_depth", 40, 0, 500),
                subspace);
    }
}
