package io.mlaas.online.vw;

import io.mlaas.online.Algorithm;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * {@code vowpal_wabbit}: a linear model of Vowpal Wabbit 9.3. Fields: update (adaptive, normalized: the default of Vowpal
 * Wabbit; sgd; ftrl), loss (logistic or hinge; squared or quantile for a regression), learning_rate (0.5), power_t (0.5), l1
 * and l2 (0), bits (18: the weights are a table of 2^bits), quadratic (false: products of all pairs of inputs too).
 *
 * <p>Regression has one output. Of more than two classes each is learned against the rest by an instance of its own.
 */
public final class VowpalWabbit implements Algorithm {

    private enum Update {
        NORMALIZED_ADAPTIVE,
        SGD,
        FTRL
    }

    private enum Loss {
        LOGISTIC,
        HINGE,
        SQUARED,
        QUANTILE
    }

    @Override
    public String name() {
        return "vowpal_wabbit";
    }

    @Override
    public Learner create(Schema schema, JsonNode configuration, String path) {
        if (!schema.classifies() && schema.outputs() > 1) {
            throw new ConfigurationRefused(path, name() + ": " + schema.outputs() + " outputs (expected: 1)");
        }
        ConfigurationFields fields = new ConfigurationFields(configuration, path);
        StringBuilder options = new StringBuilder("--quiet --no_stdin --save_resume --preserve_performance_counters");
        options.append(
                switch (fields.choice("update", Update.NORMALIZED_ADAPTIVE)) {
                    case NORMALIZED_ADAPTIVE -> "";
                    case SGD -> " --sgd";
                    case FTRL -> " --ftrl";
                });
        Loss loss = fields.choice("loss", schema.classifies() ? Loss.LOGISTIC : Loss.SQUARED);
        requireFitting(loss, schema, fields);
        options.append(" --loss_function ").append(loss.name().toLowerCase(Locale.ROOT));
        options.append(" --learning_rate ").append(fields.above("learning_rate", 0.5, 0, 1000));
        options.append(" --power_t ").append(fields.between("power_t", 0.5, 0, 1));
        options.append(" --l1 ").append(fields.between("l1", 0, 0, 1));
        options.append(" --l2 ").append(fields.between("l2", 0, 0, 1));
        options.append(" --bit_precision ").append(fields.integer("bits", 18, 8, 24));
        options.append(fields.flag("quadratic", false) ? " --quadratic ::" : "");
        fields.done();
        return new WabbitLearner(name(), schema, fields.complete(), options.toString());
    }

    private static void requireFitting(Loss loss, Schema schema, ConfigurationFields fields) {
        boolean ofClasses = loss == Loss.LOGISTIC || loss == Loss.HINGE;
        if (ofClasses != schema.classifies()) {
            String expected = schema.classifies()
                    ? "logistic or hinge for a classification"
                    : "squared or quantile for a regression";
            throw fields.refused("loss", loss.name().toLowerCase(Locale.ROOT), expected);
        }
    }
}
