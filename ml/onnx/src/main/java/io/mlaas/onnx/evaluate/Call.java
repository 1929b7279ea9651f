package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One use of an operator: its arguments by name, and the graph to add to. */
final class Call {
    private final Operator operator;
    private final Map<String, Value> arguments;
    private final OnnxGraph graph;
    private final Evaluator evaluator;
    private final String source;

    /** @param source file and line, for warnings */
    Call(Operator operator, Map<String, Value> arguments, OnnxGraph graph, Evaluator evaluator, String source) {
        this.operator = operator;
        this.arguments = arguments;
        this.graph = graph;
        this.evaluator = evaluator;
        this.source = source;
    }

    /** The same with other arguments. */
    Call with(Map<String, Value> others) {
        return new Call(operator, others, graph, evaluator, source);
    }

    OnnxGraph graph() {
        return graph;
    }

    String name() {
        return operator.name();
    }

    Value value(String name) {
        Value value = arguments.get(name);
        if (value == null) {
            throw new IllegalStateException(operator.name() + " has no parameter " + name);
        }
        return value;
    }

    boolean given(String name) {
        return !(value(name) instanceof Value.None);
    }

    TensorValue tensorValue(String name) {
        return value(name) instanceof TensorValue tensor ? tensor : new TensorValue(asTensor(value(name), name));
    }

    /** The argument as a value of the graph; a number becomes a tensor without axes. */
    Tensor tensor(String name) {
        return asTensor(value(name), name);
    }

    @Nullable
    Tensor tensorOrNull(String name) {
        return given(name) ? tensor(name) : null;
    }

    List<Tensor> tensors(String name) {
        return items(name).stream().map(v -> asTensor(v, name)).toList();
    }

    List<Value> items(String name) {
        return switch (value(name)) {
            case Value.Items list -> list.items();
            case Value.Tuple tuple -> tuple.items();
            default -> throw unexpected(name, "a list");
        };
    }

    private Tensor asTensor(Value value, String name) {
        return switch (value) {
            case TensorValue tensor -> tensor.tensor();
            case Value.Real real -> graph.scalar(floatType(), real.value());
            case Value.Bool bool -> graph.scalar(ElementType.BOOL, bool.value() ? 1 : 0);
            case Value.Int integer ->
                integer.dim().isConstant()
                        ? graph.index(integer.dim().value())
                        : graph.reshape(graph.size(integer.dim()), Shape.SCALAR);
            default -> throw unexpected(name, "a tensor");
        };
    }

    Dim dim(String name) {
        return dim(value(name), name);
    }

    private Dim dim(Value value, String name) {
        return switch (value) {
            case Value.Int integer -> integer.dim();
            case Value.Bool bool -> Dim.of(bool.value() ? 1 : 0);
            case TensorValue tensor
            when tensor.stored().isPresent() && !tensor.type().isFloating() && tensor.rank() == 0 ->
                Dim.of((long) tensor.stored().get().scalar());
            default -> throw unexpected(name, "an integer");
        };
    }

    List<Dim> dims(String name) {
        return value(name) instanceof Value.Int single
                ? List.of(single.dim())
                : items(name).stream().map(v -> dim(v, name)).toList();
    }

    long integer(String name) {
        Dim dim = dim(name);
        if (!dim.isConstant()) {
            throw refuse(name + ": " + dim + " (expected: an integer that does not depend on the input)");
        }
        return dim.value();
    }

    long[] integers(String name) {
        List<Dim> dims = dims(name);
        if (!dims.stream().allMatch(Dim::isConstant)) {
            throw refuse(name + ": " + dims + " (expected: integers that do not depend on the input)");
        }
        return dims.stream().mapToLong(Dim::value).toArray();
    }

    /** A setting for each of some axes; a single number holds for all of them. */
    long[] window(String name, int axes) {
        long[] values = integers(name);
        if (values.length == axes) {
            return values;
        }
        if (values.length != 1) {
            throw refuse(name + ": " + Arrays.toString(values) + " (expected: " + axes + " integers)");
        }
        long[] all = new long[axes];
        Arrays.fill(all, values[0]);
        return all;
    }

    double real(String name) {
        return number(value(name)).orElseThrow(() -> unexpected(name, "a number that does not depend on the input"));
    }

    static Optional<Double> number(Value value) {
        return switch (value) {
            case Value.Real real -> Optional.of(real.value());
            case Value.Int integer
            when integer.dim().isConstant() ->
                Optional.of((double) integer.dim().value());
            case Value.Bool bool -> Optional.of(bool.value() ? 1.0 : 0.0);
            case TensorValue tensor
            when tensor.rank() == 0 && tensor.stored().isPresent() ->
                Optional.of(tensor.stored().get().scalar());
            default -> Optional.empty();
        };
    }

    boolean bool(String name) {
        return switch (value(name)) {
            case Value.Bool bool -> bool.value();
            case Value.Int integer
            when integer.dim().isConstant() -> !integer.dim().is(0);
            case Value.Real real -> real.value() != 0;
            case TensorValue tensor
            when number(tensor).isPresent() -> number(tensor).get() != 0;
            default -> throw unexpected(name, "True or False");
        };
    }

    String text(String name) {
        if (value(name) instanceof Value.Text text) {
            return text.value();
        }
        throw unexpected(name, "text");
    }

    /** The element type given as PyTorch's number, or another one where it is None. */
    ElementType type(String name, ElementType otherwise) {
        if (!given(name)) {
            return otherwise;
        }
        ElementType type = ElementType.ofTorchCode(integer(name))
                .orElseThrow(() -> unexpected(name, "an element type that ONNX has"));
        return type == ElementType.FLOAT32 ? floatType() : type;
    }

    /** The type of floats where nothing else is said. */
    ElementType floatType() {
        return evaluator.floatType();
    }

    /** A node of the same type and shape as its first input. */
    Tensor like(String onnx, List<? extends @Nullable Tensor> inputs, Attribute... attributes) {
        Tensor first = inputs.getFirst();
        if (first == null) {
            throw new IllegalArgumentException("inputs: no first (expected: one to take the shape from)");
        }
        return graph.node(onnx, first.type(), first.shape(), inputs, attributes);
    }

    Tensor node(
            String onnx,
            ElementType type,
            Shape shape,
            List<? extends @Nullable Tensor> inputs,
            Attribute... attributes) {
        return graph.node(onnx, type, shape, inputs, attributes);
    }

    /** A number of the same type as a tensor. */
    Tensor scalarLike(Tensor tensor, double value) {
        return graph.scalar(tensor.type(), value);
    }

    /** Records something that the parity check has to confirm. */
    void warn(String message) {
        evaluator.warn(operator.name() + ": " + message + " (" + source + ")");
    }

    /** Records that indices into a table have to stay below its number of rows. */
    void boundIndices(long rows) {
        evaluator.boundIndices(rows);
    }

    /** The packed sequences of this translation. */
    PackedSequences packed() {
        return evaluator.packed();
    }

    void require(boolean condition, String message) {
        if (!condition) {
            throw refuse(message);
        }
    }

    /** Refuses where the operator set that was asked for cannot express something. */
    void requireOpset(int oldest, String what) {
        if (graph.opset() < oldest) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_OPTION,
                    operator.name() + ": " + what + " with opset " + graph.opset() + " (expected: >= " + oldest + ")");
        }
    }

    TranslationRefused refuse(String message) {
        return new TranslationRefused(Reason.UNSUPPORTED_CODE, operator.name() + ": " + message);
    }

    private TranslationRefused unexpected(String name, String expected) {
        return refuse(name + ": " + Values.describe(value(name)) + " (expected: " + expected + ")");
    }
}
