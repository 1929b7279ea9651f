package io.mlaas.onnx.keras;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the configuration in an HDF5 file anew as an archive of Keras 3 has it: HDF5 files leave out where classes come
 * from, and Keras 2 writes calls as lists.
 */
final class SavedConfig {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final boolean second;

    /** @param version of Keras, such as {@code 2.15.0} */
    SavedConfig(String version) {
        if (!version.matches("[23]\\..*")) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "keras_version: " + version + " (expected: 2 or 3)");
        }
        this.second = version.startsWith("2");
    }

    JsonNode read(JsonNode model) {
        ObjectNode copy = model.deepCopy().asObject();
        rewrite(copy, "model");
        return copy;
    }

    private void rewrite(ObjectNode saved, String name) {
        if (!(saved.get("config") instanceof ObjectNode config)) {
            return;
        }
        String kind = saved.path("class_name").asString("");
        if (!saved.has("module")) {
            saved.put("module", isOperation(saved) ? "keras.src.ops" : kind.contains(">") ? "" : "keras.layers");
        }
        if (second) {
            adaptWhatChanged(config, config.path("name").asString(name));
            settings(saved, config, kind);
        }
        for (String key : List.of("layer", "backward_layer", "cell")) {
            if (config.get(key) instanceof ObjectNode wrapped) {
                rewrite(wrapped, name);
            }
        }
        for (String key : List.of("layers", "cells")) {
            if (config.get(key) instanceof ArrayNode all) {
                all.forEach(one -> rewrite((ObjectNode) one, name));
            }
        }
        if (second && config.get("layers") instanceof ArrayNode layers) {
            layers.forEach(layer -> calls((ObjectNode) layer, layers));
            layers.forEach(layer -> FunctionLayer.arguments((ObjectNode) layer));
            results(config.path("output_layers"), layers);
        }
    }

    /** Operations of {@code keras.ops} have no settings of a layer. */
    private static boolean isOperation(JsonNode saved) {
        JsonNode config = saved.path("config");
        return saved.has("inbound_nodes") && config.size() == 1 && config.has("name");
    }

    private static void adaptWhatChanged(ObjectNode config, String name) {
        List.copyOf(config.properties()).forEach(setting -> {
            if (setting.getKey().endsWith("activation")
                    && setting.getValue().asString("").equals("hard_sigmoid")) {
                config.put(setting.getKey(), Activation.STEEPER_HARD_SIGMOID);
            }
        });
        for (String flag : List.of("time_major", "causal")) {
            if (config.path(flag).asBoolean(false)) {
                throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "layer " + name + ": " + flag + " of Keras 2");
            }
        }
    }

    private static void settings(ObjectNode saved, ObjectNode config, String kind) {
        if (kind.equals("LeakyReLU") && config.has("alpha")) {
            config.set("negative_slope", config.get("alpha"));
        }
        FunctionLayer.settings(saved, config, kind);
    }

    private static void calls(ObjectNode layer, ArrayNode layers) {
        ArrayNode calls = JSON.arrayNode();
        for (JsonNode call : layer.path("inbound_nodes")) {
            calls.add(call.isArray() ? call(call, layers) : call);
        }
        layer.set("inbound_nodes", calls);
    }

    /** Sequential models count in Keras 2, but not in Keras 3, the call with their own inputs as their first. */
    private static void results(JsonNode tree, ArrayNode layers) {
        if (tree instanceof ArrayNode result && tensor(result, layers).isPresent()) {
            for (JsonNode layer : layers) {
                boolean sequential = !layer.path("config").has("input_layers");
                if (sequential && layer.path("name").equals(result.get(0))) {
                    result.set(1, JSON.numberNode(result.get(1).asInt() - calledBefore(layer)));
                }
            }
        } else {
            tree.forEach(inner -> results(inner, layers));
        }
    }

    /** {@code [[layer, call, result, settings] …]}, or one of them alone. */
    private static ObjectNode call(JsonNode call, ArrayNode layers) {
        boolean alone = call.path(0).isString();
        ArrayNode tensors = JSON.arrayNode();
        ObjectNode named = JSON.objectNode();
        for (JsonNode each : alone ? JSON.arrayNode().add(call) : call) {
            tensors.add(tensor(each, layers).orElse(each.path(2)));
            each.path(3).properties().stream()
                    .filter(s -> !(alone && s.getKey().equals("name")))
                    .forEach(s -> named.set(s.getKey(), argument(s.getValue(), layers)));
        }
        ObjectNode rewritten = JSON.objectNode();
        rewritten.set("args", tensors.size() == 1 ? tensors : JSON.arrayNode().add(tensors));
        rewritten.set("kwargs", named);
        return rewritten;
    }

    private static JsonNode argument(JsonNode value, ArrayNode layers) {
        if (value.isArray() && !value.isEmpty() && tensor(value.get(0), layers).isPresent()) {
            ArrayNode all = JSON.arrayNode();
            value.forEach(v -> all.add(argument(v, layers)));
            return all;
        }
        return tensor(value, layers).orElse(value);
    }

    private static Optional<JsonNode> tensor(JsonNode reference, ArrayNode layers) {
        String name = reference.path(0).asString("");
        if (!reference.path(1).isInt() || !reference.path(2).isInt() || name.equals("_CONSTANT_VALUE")) {
            return Optional.empty();
        }
        for (JsonNode layer : layers) {
            if (layer.path("name").asString("").equals(name)) {
                ObjectNode tensor = JSON.objectNode().put("class_name", "__keras_tensor__");
                tensor.putObject("config")
                        .putArray("keras_history")
                        .add(name)
                        .add(reference.get(1).asInt() - calledBefore(layer))
                        .add(reference.get(2).asInt());
                return Optional.of(tensor);
            }
        }
        return Optional.empty();
    }

    /** Models count the call with their own inputs. */
    private static int calledBefore(JsonNode layer) {
        JsonNode inner = layer.path("config").path("layers");
        return inner.path(0).path("class_name").asString("").equals("InputLayer") ? 1 : 0;
    }
}
