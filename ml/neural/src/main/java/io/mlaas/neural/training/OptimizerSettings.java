package io.mlaas.neural.training;

import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.neural.network.JsonFields;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Which optimiser, and its constants; defaults are PyTorch's but for SGD, whose learning rate is 0.01. */
public sealed interface OptimizerSettings {

    double learningRate();

    /** Robbins and Monro with Polyak's or Nesterov's momentum. */
    record Sgd(double learningRate, double momentum, double dampening, double weightDecay, boolean nesterov)
            implements OptimizerSettings {}

    /** Kingma and Ba, 2015; with {@code decoupled} Loshchilov and Hutter, 2019 (AdamW). */
    record Adam(double learningRate, double beta1, double beta2, double eps, double weightDecay, boolean decoupled)
            implements OptimizerSettings {}

    /** Tieleman and Hinton, 2012. */
    record RmsProp(double learningRate, double alpha, double eps, double weightDecay, double momentum, boolean centered)
            implements OptimizerSettings {}

    /** Duchi et al., 2011. */
    record Adagrad(double learningRate, double decay, double eps, double weightDecay) implements OptimizerSettings {}

    /** Kind of optimiser. */
    enum Kind {
        ADAM,
        ADAMW,
        SGD,
        RMSPROP,
        ADAGRAD
    }

    static OptimizerSettings parse(@Nullable JsonNode node) {
        JsonNode object = node == null ? JsonNodeFactory.instance.objectNode() : node;
        if (object.isString()) {
            object = JsonNodeFactory.instance.objectNode().put("type", object.stringValue());
        }
        JsonFields f = JsonFields.of("training: optimizer", object);
        Kind kind = f.choice("type", Kind.ADAM);
        OptimizerSettings settings =
                switch (kind) {
                    case ADAM, ADAMW ->
                        new Adam(
                                f.number("learning_rate", 0.001, 0),
                                f.number("beta1", 0.9, 0, 1),
                                f.number("beta2", 0.999, 0, 1),
                                f.number("eps", 1e-8, 0),
                                f.number("weight_decay", kind == Kind.ADAMW ? 0.01 : 0, 0),
                                kind == Kind.ADAMW);
                    case SGD ->
                        new Sgd(
                                f.number("learning_rate", 0.01, 0),
                                f.number("momentum", 0, 0, 1),
                                f.number("dampening", 0, 0, 1),
                                f.number("weight_decay", 0, 0),
                                f.flag("nesterov", false));
                    case RMSPROP ->
                        new RmsProp(
                                f.number("learning_rate", 0.01, 0),
                                f.number("alpha", 0.99, 0, 1),
                                f.number("eps", 1e-8, 0),
                                f.number("weight_decay", 0, 0),
                                f.number("momentum", 0, 0, 1),
                                f.flag("centered", false));
                    case ADAGRAD ->
                        new Adagrad(
                                f.number("learning_rate", 0.01, 0),
                                f.number("learning_rate_decay", 0, 0),
                                f.number("eps", 1e-10, 0),
                                f.number("weight_decay", 0, 0));
                };
        f.done();
        if (settings instanceof Sgd sgd && sgd.nesterov() && (sgd.momentum() <= 0 || sgd.dampening() != 0)) {
            throw new InvalidDescriptionException(
                    "training: optimizer: nesterov: true (expected: with momentum > 0 and dampening 0)");
        }
        return settings;
    }

    /** As {@link #parse} reads it, with every default filled in. */
    default ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", type());
        json.put("learning_rate", learningRate());
        return switch (this) {
            case Sgd(double rate, double momentum, double dampening, double decay, boolean nesterov) ->
                json.put("momentum", momentum)
                        .put("dampening", dampening)
                        .put("weight_decay", decay)
                        .put("nesterov", nesterov);
            case Adam(double rate, double beta1, double beta2, double eps, double decay, boolean decoupled) ->
                json.put("beta1", beta1).put("beta2", beta2).put("eps", eps).put("weight_decay", decay);
            case RmsProp(double rate, double alpha, double eps, double decay, double momentum, boolean centered) ->
                json.put("alpha", alpha)
                        .put("eps", eps)
                        .put("weight_decay", decay)
                        .put("momentum", momentum)
                        .put("centered", centered);
            case Adagrad(double rate, double rateDecay, double eps, double decay) ->
                json.put("learning_rate_decay", rateDecay).put("eps", eps).put("weight_decay", decay);
        };
    }

    /** The kind as written in JSON. */
    default String type() {
        return switch (this) {
            case Sgd s -> "sgd";
            case Adam a -> a.decoupled() ? "adamw" : "adam";
            case RmsProp r -> "rmsprop";
            case Adagrad a -> Kind.ADAGRAD.name().toLowerCase(Locale.ROOT);
        };
    }
}
