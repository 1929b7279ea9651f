package io.mlaas.onnx.keras;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Functions of TensorFlow on results of layers, which Keras 2 turns into layers of their own ({@code TFOpLambda} and
 * {@code SlicingOpLambda}), written as the operations of Keras 3.
 */
final class FunctionLayer {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final Map<String, String> OPERATIONS = Map.ofEntries(
            Map.entry("__operators__.add", "Add"),
            Map.entry("math.add", "Add"),
            Map.entry("math.subtract", "Subtract"),
            Map.entry("math.multiply", "Multiply"),
            Map.entry("math.truediv", "Divide"),
            Map.entry("math.divide", "Divide"),
            Map.entry("math.pow", "Power"),
            Map.entry("math.maximum", "Maximum"),
            Map.entry("math.minimum", "Minimum"),
            Map.entry("math.greater", "Greater"),
            Map.entry("math.greater_equal", "GreaterEqual"),
            Map.entry("math.less", "Less"),
            Map.entry("math.less_equal", "LessEqual"),
            Map.entry("math.negative", "Negative"),
            Map.entry("math.abs", "Absolute"),
            Map.entry("math.sqrt", "Sqrt"),
            Map.entry("math.rsqrt", "Rsqrt"),
            Map.entry("math.square", "Square"),
            Map.entry("math.exp", "Exp"),
            Map.entry("math.log", "Log"),
            Map.entry("math.sin", "Sin"),
            Map.entry("math.cos", "Cos"),
            Map.entry("math.tanh", "Tanh"),
            Map.entry("math.sigmoid", "Sigmoid"),
            Map.entry("math.softplus", "Softplus"),
            Map.entry("math.reduce_mean", "Mean"),
            Map.entry("math.reduce_sum", "Sum"),
            Map.entry("math.reduce_max", "Max"),
            Map.entry("math.reduce_min", "Min"),
            Map.entry("math.reduce_prod", "Prod"),
            Map.entry("nn.relu", "Relu"),
            Map.entry("nn.relu6", "Relu6"),
            Map.entry("nn.sigmoid", "Sigmoid"),
            Map.entry("nn.tanh", "Tanh"),
            Map.entry("nn.softmax", "Softmax"),
            Map.entry("nn.softplus", "Softplus"),
            Map.entry("nn.elu", "Elu"),
            Map.entry("nn.selu", "Selu"),
            Map.entry("nn.silu", "Silu"),
            Map.entry("concat", "Concatenate"),
            Map.entry("stack", "Stack"),
            Map.entry("split", "Split"),
            Map.entry("reshape", "Reshape"),
            Map.entry("expand_dims", "ExpandDims"),
            Map.entry("squeeze", "Squeeze"),
            Map.entry("compat.v1.squeeze", "Squeeze"),
            Map.entry("transpose", "Transpose"),
            Map.entry("compat.v1.transpose", "Transpose"),
            Map.entry("linalg.matmul", "Matmul"),
            Map.entry("where", "Where"),
            Map.entry("cast", "Cast"),
            Map.entry("clip_by_value", "Clip"));

    /** What TensorFlow calls a setting, and Keras 3. */
    private static final Map<String, String> SETTINGS = Map.of(
            "axis", "axis",
            "keepdims", "keepdims",
            "shape", "newshape",
            "perm", "axes",
            "dtype", "dtype",
            "num_or_size_splits", "indices_or_sections",
            "clip_value_min", "x_min",
            "clip_value_max", "x_max");

    private FunctionLayer() {}

    /** Gives the layer the name of an operation; others keep theirs, and are refused by it. */
    static void settings(ObjectNode saved, ObjectNode config, String kind) {
        String function = config.path("function").asString("");
        String operation = kind.equals("SlicingOpLambda") && function.equals("__operators__.getitem")
                ? "GetItem"
                : OPERATIONS.get(function);
        if ((kind.equals("TFOpLambda") || kind.equals("SlicingOpLambda")) && operation != null) {
            saved.put("module", "keras.src.ops").put("class_name", operation);
        }
    }

    /** Sorts what the function was called with into results of layers and settings; each such layer is called once. */
    static void arguments(ObjectNode layer) {
        if (!(layer.get("config") instanceof ObjectNode config)
                || !layer.path("module").asString("").equals("keras.src.ops")
                || !config.has("function")) {
            return;
        }
        for (JsonNode call : layer.path("inbound_nodes")) {
            if (call.get("args") instanceof ArrayNode args && call.get("kwargs") instanceof ObjectNode named) {
                for (String name : List.copyOf(named.propertyNames())) {
                    sort(layer.path("name").asString(""), name, named, args, config);
                }
            }
        }
    }

    private static void sort(String layer, String name, ObjectNode named, ArrayNode args, ObjectNode config) {
        JsonNode value = named.get(name);
        String setting = SETTINGS.get(name);
        if (name.equals("slice_spec")) {
            named.remove(name);
            named.set("key", key(value));
        } else if (value.path("class_name").asString("").equals("__keras_tensor__")) {
            named.remove(name);
            args.add(value);
        } else if (setting != null) {
            named.remove(name);
            if (!value.isNull()) {
                config.set(setting, setting.equals("indices_or_sections") && value.isArray() ? cuts(value) : value);
            }
        } else if (value.isNull() || (value.isBoolean() && !value.asBoolean()) || name.equals("name")) {
            named.remove(name);
        } else if (!name.equals("x") && !name.equals("y")) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "layer " + layer + ": argument " + name + " of a TensorFlow function");
        }
    }

    private static ArrayNode key(JsonNode slices) {
        ArrayNode key = JSON.arrayNode();
        for (JsonNode each : slices) {
            if (each.isObject()) {
                ObjectNode slice = JSON.objectNode().put("class_name", "__slice__");
                slice.set("config", each);
                key.add(slice);
            } else {
                key.add(each);
            }
        }
        return key;
    }

    /** TensorFlow gives the sizes of the parts, Keras where they begin. */
    private static ArrayNode cuts(JsonNode sizes) {
        List<Integer> all = new ArrayList<>();
        sizes.forEach(size -> all.add(size.asInt()));
        ArrayNode cuts = JSON.arrayNode();
        int at = 0;
        for (int size : all.subList(0, Math.max(0, all.size() - 1))) {
            at += size;
            cuts.add(at);
        }
        return cuts;
    }
}
