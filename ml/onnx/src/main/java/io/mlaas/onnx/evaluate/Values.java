package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Tensor;
import java.util.List;
import java.util.stream.Collectors;

/** Values as Python shows and compares them. */
final class Values {
    private static final int MAX_DEPTH = 4;
    private static final int MAX_ITEMS = 16;

    private Values() {}

    static TensorValue of(Tensor tensor) {
        return new TensorValue(tensor);
    }

    static Value tuple(List<Tensor> tensors) {
        return new Value.Tuple(tensors.stream().<Value>map(TensorValue::new).toList());
    }

    static String describe(Value value) {
        return describe(value, 0);
    }

    private static String describe(Value value, int depth) {
        if (depth > MAX_DEPTH) {
            return "…";
        }
        return switch (value) {
            case Value.None none -> "None";
            case Value.Int integer -> integer.dim().toString();
            case Value.Real real -> Double.toString(real.value());
            case Value.Bool bool -> bool.value() ? "True" : "False";
            case Value.Text text -> text.value();
            case Value.Items list ->
                list.items().stream()
                        .limit(MAX_ITEMS)
                        .map(v -> describe(v, depth + 1))
                        .collect(Collectors.joining(", ", "[", "]"));
            case Value.Tuple tuple ->
                tuple.items().stream()
                        .limit(MAX_ITEMS)
                        .map(v -> describe(v, depth + 1))
                        .collect(Collectors.joining(", ", "(", ")"));
            case Value.Dictionary dictionary ->
                "a dictionary of " + dictionary.entries().size();
            case Value.Instance instance -> "an object of " + instance.object().className();
            case Value.Named named -> named.name();
            case Value.Method method -> "method " + method.name();
            case TensorValue tensor -> "a tensor " + tensor;
        };
    }

    /** {@code target[index]} of a list, tuple or dictionary. */
    static Value item(Value target, Value index) {
        if (target instanceof Value.Dictionary dictionary) {
            Value found =
                    ArithmeticOperators.isPlain(index) ? dictionary.entries().get(index) : null;
            if (found == null) {
                throw new IllegalArgumentException("key " + describe(index) + " is not in the dictionary");
            }
            return found;
        }
        List<Value> items =
                switch (target) {
                    case Value.Items list -> list.items();
                    case Value.Tuple tuple -> tuple.items();
                    default ->
                        throw new IllegalArgumentException(
                                describe(target) + " (expected: a list, tuple or dictionary)");
                };
        if (!(index instanceof Value.Int(var dim)) || !dim.isConstant()) {
            throw new IllegalArgumentException("index " + describe(index) + " (expected: a known integer)");
        }
        long at = dim.value() < 0 ? dim.value() + items.size() : dim.value();
        if (at < 0 || at >= items.size()) {
            throw new IllegalArgumentException("index " + dim.value() + " (expected: below " + items.size() + ")");
        }
        return items.get((int) at);
    }
}
