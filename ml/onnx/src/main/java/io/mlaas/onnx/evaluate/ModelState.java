package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.torchscript.ScriptObject;
import io.mlaas.onnx.torchscript.StoredTensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The archive's objects as values. A tensor becomes an initialiser when it is first used, under its path in the module
 * tree, such as {@code encoder.0.weight}: its name in PyTorch's {@code state_dict}.
 */
final class ModelState {
    private static final int MAX_DEPTH = 100;

    /** A list that holds another twice, and so on, has few objects and endless elements. */
    private static final int MAX_CONVERTED = 2_000_000;

    private final OnnxGraph graph;
    private final List<?> constants;
    private final ElementType floatType;
    private final Map<String, StoredTensor> widened = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, Tensor> initializers = new HashMap<>();
    private int converted;

    ModelState(OnnxGraph graph) {
        this.graph = graph;
        this.constants = List.of();
        this.floatType = ElementType.FLOAT32;
    }

    ModelState(ScriptObject module, List<?> constants, OnnxGraph graph, ElementType floatType) {
        this.graph = graph;
        this.floatType = floatType;
        this.constants = constants;
        nameTensors(module, "", Collections.newSetFromMap(new IdentityHashMap<>()), 0);
        for (int i = 0; i < constants.size(); i++) {
            if (constants.get(i) instanceof StoredTensor tensor) {
                names.putIfAbsent(tensor.key(), "CONSTANTS.c" + i);
            }
        }
    }

    private void nameTensors(ScriptObject module, String path, Set<ScriptObject> seen, int depth) {
        requireDepth(depth, path);
        if (!seen.add(module)) {
            return;
        }
        module.attributes().forEach((name, value) -> {
            if (value instanceof StoredTensor tensor) {
                names.putIfAbsent(tensor.key(), path + name);
            }
        });
        module.attributes().forEach((name, value) -> {
            if (value instanceof ScriptObject child) {
                nameTensors(child, path + name + ".", seen, depth + 1);
            }
        });
    }

    private static void requireDepth(int depth, String path) {
        if (depth > MAX_DEPTH) {
            throw new TranslationRefused(Reason.TOO_LARGE, "nesting deeper than " + MAX_DEPTH + " at " + path);
        }
    }

    Value constant(int index) {
        if (index < 0 || index >= constants.size()) {
            throw new TranslationRefused(
                    Reason.DAMAGED, "CONSTANTS.c" + index + " (expected: one of " + constants.size() + ")");
        }
        return value(constants.get(index), "CONSTANTS.c" + index, 0);
    }

    /** An attribute of an object, if it has it. */
    Optional<Value> attribute(Value.Instance instance, String name) {
        Map<String, @Nullable Object> attributes = instance.object().attributes();
        String path = instance.path().isEmpty() ? name : instance.path() + "." + name;
        return attributes.containsKey(name) ? Optional.of(value(attributes.get(name), path, 0)) : Optional.empty();
    }

    private Value value(@Nullable Object object, String path, int depth) {
        requireDepth(depth, path);
        if (++converted > MAX_CONVERTED) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "more than " + MAX_CONVERTED + " attributes read at " + path);
        }
        return switch (object) {
            case null -> Value.NONE;
            case Boolean bool -> new Value.Bool(bool);
            case Integer integer -> Value.Int.of(integer);
            case Long integer -> Value.Int.of(integer);
            case Double real -> new Value.Real(real);
            case String text -> new Value.Text(text);
            case StoredTensor tensor -> tensor(tensor, path);
            case ScriptObject child -> new Value.Instance(child, path);
            case List<?> list ->
                Value.Items.of(
                        list.stream().map(item -> value(item, path, depth + 1)).toList());
            case Object[] tuple ->
                new Value.Tuple(Arrays.stream(tuple)
                        .map(item -> value(item, path, depth + 1))
                        .toList());
            case Map<?, ?> map -> {
                Map<Value, Value> entries = new LinkedHashMap<>();
                map.forEach((k, v) -> entries.put(value(k, path, depth + 1), value(v, path, depth + 1)));
                yield new Value.Dictionary(entries);
            }
            default ->
                throw new TranslationRefused(Reason.UNSUPPORTED_CODE, path + " is of a kind that is not supported");
        };
    }

    private TensorValue tensor(StoredTensor narrow, String path) {
        StoredTensor stored = floatType == ElementType.FLOAT64 && narrow.type() == ElementType.FLOAT32
                ? widened.computeIfAbsent(narrow.key(), key -> narrow.asFloat64())
                : narrow;
        Tensor tensor = initializers.computeIfAbsent(
                stored.key(),
                key -> graph.initializer(
                        names.getOrDefault(narrow.key(), path),
                        stored.type(),
                        Shape.of(stored.sizes()),
                        stored.contents()));
        return new TensorValue(new TensorValue.Content(tensor, Optional.of(stored), OptionalDouble.empty()));
    }
}
