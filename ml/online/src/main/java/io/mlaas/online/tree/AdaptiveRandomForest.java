package io.mlaas.online.tree;

import io.mlaas.online.Algorithm;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import tools.jackson.databind.JsonNode;

/**
 * {@code adaptive_random_forest}, of a classification (Gomes et al. 2017). Fields: trees (10), lambda (6), subspace (inputs
 * that a leaf watches; 0, the default, for {@code √inputs + 1} rounded), warning_delta (0.01), drift_delta (0.001), seed
 * (1), and those of {@link HoeffdingTree} with grace_period 50, delta 0.01 and nominal_splits
 * binary.
 */
public final class AdaptiveRandomForest implements Algorithm {

    @Override
    public String name() {
        return "adaptive_random_forest";
    }

    @Override
    public Learner create(Schema schema, JsonNode configuration, String path) {
        HoeffdingTree.requireClasses(name(), schema, path);
        ConfigurationFields fields = new ConfigurationFields(configuration, path);
        int subspace = fields.integer("subspace", 0, 0, schema.width());
        int watched =
                subspace == 0 ? Math.min(schema.width(), (int) Math.round(Math.sqrt(schema.width())) + 1) : subspace;
        ForestSettings settings = new ForestSettings(
                fields.integer("trees", 10, 1, 1000),
                fields.above("lambda", 6, 0, 100),
                fields.above("warning_delta", 0.01, 0, 0.999),
                fields.above("drift_delta", 0.001, 0, 0.999),
                TreeSettings.parse(fields, 50, 0.01, NominalSplits.BINARY, watched));
        long seed = fields.longInteger("seed", 1, Long.MIN_VALUE, Long.MAX_VALUE);
        fields.done();
        return new ForestLearner(name(), schema, fields.complete(), settings, seed);
    }
}
