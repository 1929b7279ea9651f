package io.mlaas.onnx.keras;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.keras.Network.Argument;
import io.mlaas.onnx.keras.Network.Input;
import io.mlaas.onnx.keras.Network.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Turns {@code config.json} and the weights into a {@link Network}; every size and name in it is distrusted. */
final class ModelReader {
    private static final int MAX_NESTING = 32;
    private static final Set<String> WRAPPED = Set.of("layer", "backward_layer", "cell");

    private final WeightStore weights;
    private int depth;

    ModelReader(WeightStore weights) {
        this.weights = weights;
    }

    Network read(JsonNode saved) {
        if (!isNetwork(saved)) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "model class " + saved.path("class_name").asString("?") + " of module "
                            + saved.path("module").asString("?")
                            + ": its code is not in the archive (expected: a Sequential or functional model)");
        }
        return network(saved, Place.OUTSIDE);
    }

    private static boolean isNetwork(JsonNode saved) {
        String kind = saved.path("class_name").asString("");
        JsonNode config = saved.path("config");
        return (kind.equals("Sequential") && config.path("layers").isArray())
                || (config.path("layers").isArray() && config.has("input_layers") && config.has("output_layers"));
    }

    private Network network(JsonNode saved, Place place) {
        if (++depth > MAX_NESTING) {
            throw new TranslationRefused(Reason.TOO_LARGE, "models nested more than " + MAX_NESTING + " deep");
        }
        JsonNode config = saved.get("config");
        Map<String, Integer> used = new HashMap<>();
        List<JsonNode> savedLayers = new ArrayList<>();
        config.get("layers").forEach(savedLayers::add);
        List<Layer> layers = savedLayers.stream()
                .map(one -> {
                    String name = name(one);
                    return layer(one, place.in(name, "layers/" + savedName(one, used), name));
                })
                .toList();
        Network network = saved.path("class_name").asString("").equals("Sequential") && !config.has("input_layers")
                ? sequential(saved, savedLayers, layers)
                : functional(config, savedLayers, layers);
        depth--;
        return network;
    }

    private static String name(JsonNode saved) {
        return saved.path("config").path("name").asString(saved.path("name").asString("layer"));
    }

    /** Keras names a layer's weights by its class and counts those of one class; operations have none. */
    private static String savedName(JsonNode saved, Map<String, Integer> used) {
        if (isOperation(saved)) {
            return "-";
        }
        String kind = saved.path("class_name").asString("layer");
        kind = kind.equals("GroupQueryAttention") ? "GroupedQueryAttention" : kind;
        String name = kind.replaceAll("\\W+", "")
                .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
                .replaceAll("([a-z])([A-Z])", "$1_$2")
                .toLowerCase(Locale.ROOT);
        int number = used.merge(name, 1, Integer::sum) - 1;
        return number == 0 ? name : name + "_" + number;
    }

    private static boolean isOperation(JsonNode saved) {
        return saved.path("module").asString("").startsWith("keras.src.ops");
    }

    private Layer layer(JsonNode saved, Place place) {
        String path = place.path();
        String kind = saved.path("class_name").asString("?");
        String module = saved.path("module").asString("");
        JsonNode config = saved.path("config");
        boolean own = module.equals("keras") || module.startsWith("keras.");
        if (!own && !isNetwork(saved)) {
            String registered = saved.path("registered_name").asString(kind);
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_OPERATOR,
                    "layer " + path + ": custom class " + (module.isEmpty() ? registered : module + "." + kind)
                            + " (expected: layers of Keras; the code of others is not in the archive)");
        }
        if (kind.equals("Lambda")) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_OPERATOR,
                    "layer " + path + ": a Lambda layer holds Python code, which is never executed (expected: "
                            + "operations of keras.ops in a functional model)");
        }
        Network inner = isNetwork(saved) ? network(saved, place) : null;
        Map<String, Layer> children = new LinkedHashMap<>();
        if (++depth > MAX_NESTING) {
            throw new TranslationRefused(Reason.TOO_LARGE, "layers nested more than " + MAX_NESTING + " deep");
        }
        for (String key : WRAPPED.stream().sorted().toList()) {
            if (config.path(key).isObject() && config.get(key).has("class_name")) {
                String sub = kind.equals("Bidirectional") && key.equals("layer") ? "forward_layer" : key;
                children.put(key, layer(config.get(key), place.in(key, sub, wrappedName(kind, key, config.get(key)))));
            }
        }
        if (kind.equals("Bidirectional") && children.containsKey("layer") && !children.containsKey("backward_layer")) {
            children.put(
                    "backward_layer",
                    layer(
                            config.get("layer"),
                            place.in("backward_layer", "backward_layer", "backward_" + name(config.get("layer")))));
        }
        if (kind.equals("StackedRNNCells")) {
            Map<String, Integer> used = new HashMap<>();
            JsonNode cells = config.path("cells");
            for (int i = 0; i < cells.size(); i++) {
                String name = savedName(cells.get(i), used);
                children.put("cell_" + i, layer(cells.get(i), place.in(name, "cells/" + name, name(cells.get(i)))));
            }
        }
        depth--;
        return new Layer(path, kind, isOperation(saved), config, weights.of(place, kind), children, inner);
    }

    /** As weights are named; older versions of Keras do not say that a layer is the one that goes forward. */
    private static String wrappedName(String wrapper, String key, JsonNode wrapped) {
        String name = name(wrapped);
        String direction = key.equals("layer") ? "forward_" : "backward_";
        return wrapper.equals("Bidirectional") && !name.startsWith(direction) ? direction + name : name;
    }

    private static Input input(JsonNode config, String name) {
        JsonNode shape = config.has("batch_shape") ? config.get("batch_shape") : config.path("batch_input_shape");
        return new Input(name, config.path("dtype").asString("float32"), sizes(shape, name));
    }

    private static List<Integer> sizes(JsonNode shape, String name) {
        if (!shape.isArray() || shape.isEmpty() || shape.size() > 8) {
            throw new TranslationRefused(
                    Reason.UNKNOWN_INPUT, "input " + name + ": shape " + shape + " (expected: 1 to 8 sizes)");
        }
        List<Integer> sizes = IntStream.range(0, shape.size())
                .map(i -> shape.get(i).isNull() ? -1 : shape.get(i).asInt())
                .boxed()
                .toList();
        for (int size : sizes) {
            if (size == 0 || size < -1) {
                throw new TranslationRefused(
                        Reason.UNKNOWN_INPUT, "input " + name + ": shape " + shape + " (expected: sizes >= 1)");
            }
        }
        return sizes;
    }

    private static Network sequential(JsonNode saved, List<JsonNode> savedLayers, List<Layer> layers) {
        JsonNode config = saved.get("config");
        List<Step> steps = new ArrayList<>();
        Input input = null;
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i).className().equals("InputLayer")) {
                input = input(
                        savedLayers.get(i).get("config"),
                        layers.get(i).config().path("name").asString("x"));
            } else {
                Argument.Ref before = new Argument.Ref(steps.size() - 1, 0);
                steps.add(new Step(layers.get(i), List.of(before), Map.of()));
            }
        }
        if (input == null) {
            JsonNode shape = config.has("build_input_shape")
                            && !config.get("build_input_shape").isNull()
                    ? config.get("build_input_shape")
                    : saved.path("build_config").path("input_shape");
            input = new Input("x", "float32", sizes(shape, "x"));
        }
        return new Network(
                config.path("name").asString("model"),
                List.of(input),
                steps,
                List.of(new Argument.Ref(steps.size() - 1, 0)),
                List.of("y"));
    }

    private record Call(int layer, int node) {}

    private static Network functional(JsonNode config, List<JsonNode> savedLayers, List<Layer> layers) {
        Map<String, Integer> byName = new HashMap<>();
        for (int i = 0; i < savedLayers.size(); i++) {
            byName.put(savedLayers.get(i).path("name").asString(""), i);
        }
        List<Input> inputs = new ArrayList<>();
        Map<Call, Integer> numbers = new HashMap<>();
        flatten(config.get("input_layers"), "x").forEach((key, history) -> {
            int index = lookup(byName, history);
            String name = savedLayers.get(index).path("name").asString("x");
            numbers.put(new Call(index, history.get(1).asInt()), -1 - inputs.size());
            inputs.add(input(savedLayers.get(index).path("config"), name));
        });
        List<Call> waiting = new ArrayList<>();
        for (int i = 0; i < savedLayers.size(); i++) {
            for (int node = 0; node < savedLayers.get(i).path("inbound_nodes").size(); node++) {
                waiting.add(new Call(i, node));
            }
        }
        List<Step> steps = new ArrayList<>();
        while (!waiting.isEmpty()) {
            List<Call> later = new ArrayList<>();
            for (Call call : waiting) {
                JsonNode node = savedLayers.get(call.layer).get("inbound_nodes").get(call.node);
                if (numbers.containsKey(call) || !ready(node, byName, numbers)) {
                    later.add(call);
                    continue;
                }
                List<Argument> arguments = new ArrayList<>();
                node.path("args").forEach(a -> arguments.add(argument(a, byName, numbers)));
                Map<String, Argument> named = new LinkedHashMap<>();
                node.path("kwargs")
                        .properties()
                        .forEach(k -> named.put(k.getKey(), argument(k.getValue(), byName, numbers)));
                numbers.put(call, steps.size());
                steps.add(new Step(layers.get(call.layer), arguments, named));
            }
            if (later.size() == waiting.size()) {
                throw new TranslationRefused(
                        Reason.DAMAGED,
                        "layer " + layers.get(later.getFirst().layer).path()
                                + " waits for itself (expected: no cycles)");
            }
            waiting = later;
        }
        List<Argument.Ref> outputs = new ArrayList<>();
        List<String> names = new ArrayList<>();
        flatten(config.get("output_layers"), "y").forEach((key, history) -> {
            names.add(key);
            outputs.add(output(history, savedLayers.get(lookup(byName, history)), byName, numbers));
        });
        return new Network(config.path("name").asString("model"), inputs, steps, outputs, names);
    }

    /** Only here functional models among the layers count the call with their own inputs as their first. */
    private static Argument.Ref output(
            JsonNode history, JsonNode saved, Map<String, Integer> byName, Map<Call, Integer> numbers) {
        int node = history.get(1).asInt();
        boolean counted = saved.path("config").has("input_layers") && node > 0;
        return ref(lookup(byName, history), counted ? node - 1 : node, history, numbers);
    }

    /** Layer, node and tensor of each input or output, with names from the keys of a dictionary or numbers. */
    private static Map<String, JsonNode> flatten(JsonNode tree, String name) {
        Map<String, JsonNode> found = new LinkedHashMap<>();
        if (tree.isObject()) {
            tree.properties().forEach(e -> found.putAll(flatten(e.getValue(), e.getKey())));
        } else if (tree.size() == 3 && tree.get(0).isString() && tree.get(1).isNumber()) {
            found.put(name, tree);
        } else {
            for (int i = 0; i < tree.size(); i++) {
                found.putAll(flatten(tree.get(i), tree.size() == 1 ? name : name + "_" + i));
            }
        }
        return found;
    }

    private static int lookup(Map<String, Integer> byName, JsonNode history) {
        Integer index = byName.get(history.path(0).asString(""));
        if (index == null) {
            throw new TranslationRefused(
                    Reason.DAMAGED, "layer " + history.path(0) + " is not among the layers of its model");
        }
        return index;
    }

    private static @Nullable JsonNode history(JsonNode node) {
        return node.isObject() && node.path("class_name").asString("").equals("__keras_tensor__")
                ? node.path("config").path("keras_history")
                : null;
    }

    private static boolean ready(JsonNode node, Map<String, Integer> byName, Map<Call, Integer> numbers) {
        JsonNode history = history(node);
        if (history != null) {
            return numbers.containsKey(
                    new Call(lookup(byName, history), history.path(1).asInt()));
        }
        for (JsonNode child : node) {
            if (!ready(child, byName, numbers)) {
                return false;
            }
        }
        return true;
    }

    private static Argument.Ref ref(JsonNode history, Map<String, Integer> byName, Map<Call, Integer> numbers) {
        return ref(lookup(byName, history), history.path(1).asInt(), history, numbers);
    }

    private static Argument.Ref ref(int layer, int node, JsonNode history, Map<Call, Integer> numbers) {
        Integer step = numbers.get(new Call(layer, node));
        if (step == null) {
            throw new TranslationRefused(Reason.DAMAGED, "call " + history + " is not among the calls of its layer");
        }
        return new Argument.Ref(step, history.path(2).asInt());
    }

    private static Argument argument(JsonNode node, Map<String, Integer> byName, Map<Call, Integer> numbers) {
        JsonNode history = history(node);
        if (history != null) {
            return ref(history, byName, numbers);
        }
        Set<Argument> refs = new HashSet<>();
        List<Argument> items = new ArrayList<>();
        if (node.isArray()) {
            for (JsonNode child : node) {
                Argument item = argument(child, byName, numbers);
                items.add(item);
                if (!(item instanceof Argument.Constant)) {
                    refs.add(item);
                }
            }
        }
        return refs.isEmpty() ? new Argument.Constant(node) : new Argument.Items(items);
    }
}
