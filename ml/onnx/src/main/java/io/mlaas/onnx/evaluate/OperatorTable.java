package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Operator.Emitter;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All operators that have a translation, by name. */
public final class OperatorTable {
    private static final OperatorTable TABLE = new OperatorTable();

    private final SortedMap<String, Operator> operators = new TreeMap<>();

    /**
     * A line of the documentation.
     *
     * @param onnx the operators of ONNX it becomes; empty where none is left
     */
    public record Row(String operator, String parameters, String onnx) {}

    private OperatorTable() {
        ScalarOperators.register(this);
        ShapeOperators.register(this);
        IndexOperators.register(this);
        CreationOperators.register(this);
        ArithmeticOperators.register(this);
        ActivationOperators.register(this);
        LinearOperators.register(this);
        AttentionOperators.register(this);
        ConvolutionOperators.register(this);
        PoolingOperators.register(this);
        NormalizationOperators.register(this);
        RecurrentOperators.register(this);
        PackedSequences.register(this);
        ReductionOperators.register(this);
        OrderOperators.register(this);
        ScatterOperators.register(this);
        ArrangeOperators.register(this);
        MathOperators.register(this);
        ResizeOperators.register(this);
        CellOperators.register(this);
        DistanceOperators.register(this);
    }

    static OperatorTable standard() {
        return TABLE;
    }

    /** Every supported operator, sorted by name. */
    public static Collection<Row> rows() {
        return TABLE.operators.values().stream()
                .map(o -> new Row(
                        o.name(),
                        o.parameters().stream().map(Operator.Parameter::text).collect(Collectors.joining(", ")),
                        o.onnx()))
                .toList();
    }

    /** @param name without {@code torch.} */
    void add(String name, String signature, String onnx, Emitter emitter) {
        addFull("torch." + name, signature, onnx, emitter);
    }

    /** @param full name with its namespace, such as {@code ops.prim.dtype}; none for a built-in function of Python */
    void addFull(String full, String signature, String onnx, Emitter emitter) {
        if (operators.put(full, Operator.of(full, signature, onnx, emitter)) != null) {
            throw new IllegalStateException(full + " is in the table twice");
        }
    }

    Optional<Operator> find(String name) {
        return Optional.ofNullable(operators.get(name));
    }

    /** The operator that {@code name} is the in-place form of: {@code torch.relu_} is that of {@code torch.relu}. */
    Optional<Operator> findInPlace(String name) {
        return name.endsWith("_") && !name.endsWith("__")
                ? find(name.substring(0, name.length() - 1))
                : Optional.empty();
    }
}
