package io.mlaas.onnx.keras;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A function of {@code keras.activations}.
 *
 * @param settings of the function, where it was saved with some
 */
record Activation(String name, JsonNode settings) {
    static final Activation LINEAR = new Activation("linear", JsonNodeFactory.instance.objectNode());

    /** {@code hard_sigmoid} of Keras 2, whose slope is 0.2 and not a sixth. */
    static final String STEEPER_HARD_SIGMOID = "hard_sigmoid_of_keras_2";

    static Activation of(String name) {
        return new Activation(name, JsonNodeFactory.instance.objectNode());
    }

    static Activation of(Layer layer, @Nullable JsonNode saved, String otherwise) {
        if (saved == null || saved.isNull()) {
            return of(otherwise);
        }
        if (saved.isString()) {
            return of(saved.asString());
        }
        String module = saved.path("module").asString("");
        String kind = saved.path("class_name").asString("");
        JsonNode config = saved.path("config");
        if (kind.equals("function") && module.equals("builtins") && config.isString()) {
            // Keras' own functions are saved by their names, with no package in front of them
            String registered = saved.path("registered_name").asString("function");
            layer.require(
                    registered.equals("function") && !config.asString().contains(">"),
                    "custom function " + registered + " (expected: a function of keras.activations)");
            return of(config.asString());
        }
        layer.require(
                module.startsWith("keras"),
                "custom function " + module + "." + kind + " (expected: a function of keras.activations)");
        return switch (kind) {
            case "LeakyReLU" -> new Activation("leaky_relu", config);
            case "ReLU" -> new Activation("relu", config);
            case "ELU" -> new Activation("elu", config);
            case "Softmax" -> new Activation("softmax", config);
            case "Activation" -> of(layer, config.get("activation"), "linear");
            default -> of(kind);
        };
    }

    double setting(String key, double otherwise) {
        return settings.hasNonNull(key) ? settings.get(key).asDouble() : otherwise;
    }
}
