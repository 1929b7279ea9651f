package io.mlaas.online.linear;

import io.mlaas.online.Algorithm;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * {@code linear}: {@code {"loss": "log_loss", "fit_intercept": true, "epsilon": 0.1, "optimizer": {"type": "sgd", …}}}.
 *
 * <p>Losses of a classification: {@code log_loss} (the default), {@code hinge}, {@code squared_hinge}, {@code
 * modified_huber} (one margin for two classes, otherwise one against the rest each) and {@code softmax}; of a regression:
 * {@code squared_error} (the default), {@code huber}, {@code epsilon_insensitive}, {@code squared_epsilon_insensitive}.
 * Optimisers: {@code sgd} ({@link SgdSettings}), {@code adagrad} (eta0, l1, l2), {@code ftrl} (alpha, beta, l1, l2), {@code
 * passive_aggressive_1} and {@code _2} (c; with hinge or epsilon_insensitive).
 */
public final class Linear implements Algorithm {

    private enum Kind {
        SGD,
        ADAGRAD,
        FTRL,
        PASSIVE_AGGRESSIVE_1,
        PASSIVE_AGGRESSIVE_2
    }

    @Override
    public String name() {
        return "linear";
    }

    @Override
    public Learner create(Schema schema, JsonNode configuration, String path) {
        ConfigurationFields fields = new ConfigurationFields(configuration, path);
        Kind kind = kind(fields);
        Loss loss = fields.choice("loss", usual(schema, kind));
        if (loss.classifies() != schema.classifies()) {
            throw fields.refused(
                    "loss",
                    loss.name().toLowerCase(Locale.ROOT),
                    "a loss of a " + (schema.classifies() ? "classification" : "regression"));
        }
        boolean intercept = fields.flag("fit_intercept", true);
        double epsilon = fields.between("epsilon", 0.1, 0, 1e12);
        ConfigurationFields inner = new ConfigurationFields(optimizer(fields), fields.path("optimizer"));
        inner.choice("type", Kind.SGD);
        if (passive(kind) && loss != Loss.HINGE && loss != Loss.EPSILON_INSENSITIVE) {
            throw fields.refused(
                    "loss",
                    loss.name().toLowerCase(Locale.ROOT),
                    "hinge or epsilon_insensitive with a passive-aggressive optimizer");
        }
        Function<Weights, Optimizer> optimizer = optimizer(kind, inner, schema, intercept, loss, epsilon);
        inner.done();
        fields.done();
        fields.complete().set("optimizer", inner.complete());
        return new LinearLearner(name(), schema, fields.complete(), loss, epsilon, optimizer);
    }

    private static Loss usual(Schema schema, Kind kind) {
        if (passive(kind)) {
            return schema.classifies() ? Loss.HINGE : Loss.EPSILON_INSENSITIVE;
        }
        return schema.classifies() ? Loss.LOG_LOSS : Loss.SQUARED_ERROR;
    }

    private static boolean passive(Kind kind) {
        return kind == Kind.PASSIVE_AGGRESSIVE_1 || kind == Kind.PASSIVE_AGGRESSIVE_2;
    }

    private static JsonNode optimizer(ConfigurationFields fields) {
        @Nullable JsonNode node = fields.raw("optimizer");
        return node == null ? JsonNodeFactory.instance.objectNode() : node;
    }

    private static Kind kind(ConfigurationFields fields) {
        return new ConfigurationFields(optimizer(fields), fields.path("optimizer")).choice("type", Kind.SGD);
    }

    private static Function<Weights, Optimizer> optimizer(
            Kind kind, ConfigurationFields fields, Schema schema, boolean intercept, Loss loss, double epsilon) {
        switch (kind) {
            case SGD -> {
                SgdSettings settings = SgdSettings.parse(fields, schema.classifies());
                return weights -> new Sgd(settings, intercept, weights);
            }
            case ADAGRAD -> {
                double eta0 = fields.above("eta0", 0.1, 0, 1000);
                double l1 = fields.between("l1", 0, 0, 1e12);
                double l2 = fields.between("l2", 0, 0, 1e12);
                return weights -> new CoordinateOptimizer.AdaGrad(eta0, l1, l2, intercept, weights);
            }
            case FTRL -> {
                double alpha = fields.above("alpha", 0.1, 0, 1000);
                double beta = fields.between("beta", 1, 0, 1e12);
                double l1 = fields.between("l1", 0, 0, 1e12);
                double l2 = fields.between("l2", 0, 0, 1e12);
                return weights -> new CoordinateOptimizer.Ftrl(alpha, beta, l1, l2, intercept, weights);
            }
            case PASSIVE_AGGRESSIVE_1, PASSIVE_AGGRESSIVE_2 -> {
                double c = fields.above("c", 1, 0, 1e6);
                int variant = kind == Kind.PASSIVE_AGGRESSIVE_1 ? 1 : 2;
                return weights -> new PassiveAggressive(variant, c, intercept, weights, loss, epsilon);
            }
        }
        throw new IllegalStateException(kind.name());
    }
}
