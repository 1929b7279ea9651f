package io.mlaas.online.tree;

import io.mlaas.online.Algorithm;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import tools.jackson.databind.JsonNode;

/**
 * {@code hoeffding_tree}, of a classification: VFDT (Domingos and Hulten 2000). Fields: grace_period (200), delta (1e-7),
 * tie_threshold (0.05), leaf_prediction (majority, naive_bayes, naive_bayes_adaptive), nominal_splits (multiway, binary),
 * max_leaves (10000), max_depth (40).
 */
public final class HoeffdingTree implements Algorithm {

    @Override
    public String name() {
        return "hoeffding_tree";
    }

    @Override
    public Learner create(Schema schema, JsonNode configuration, String path) {
        requireClasses(name(), schema, path);
        ConfigurationFields fields = new ConfigurationFields(configuration, path);
        TreeSettings settings = TreeSettings.parse(fields, 200, 1e-7, NominalSplits.MULTIWAY, 0);
        fields.done();
        return new TreeLearner(name(), schema, fields.complete(), settings);
    }

    static void requireClasses(String algorithm, Schema schema, String path) {
        if (!schema.classifies()) {
            throw new ConfigurationRefused(
                    path, algorithm + ": target of type regression (expected: a classification)");
        }
    }
}
