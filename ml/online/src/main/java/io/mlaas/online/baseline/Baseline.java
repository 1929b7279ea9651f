package io.mlaas.online.baseline;

import io.mlaas.online.Algorithm;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import tools.jackson.databind.JsonNode;

/**
 * {@code baseline}: predicts the weighted mean of the targets, or the shares of the classes, whatever the inputs are.
 * With {@code "fading": 0.99} a row counts 0.99 of the one that follows it; 1 (the default) never forgets.
 */
public final class Baseline implements Algorithm {

    @Override
    public String name() {
        return "baseline";
    }

    @Override
    public Learner create(Schema schema, JsonNode configuration, String path) {
        ConfigurationFields fields = new ConfigurationFields(configuration, path);
        double fading = fields.between("fading", 1, 0.5, 1);
        fields.done();
        return new BaselineLearner(name(), schema, fields.complete(), fading);
    }
}
