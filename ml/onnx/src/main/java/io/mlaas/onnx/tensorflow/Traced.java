package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.numeric.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is known about a value while nodes are written: a tensor of the ONNX graph, a stored array, sizes, or a list of
 * tensors (whose elements lie along the first axis) of which only the length is known yet.
 *
 * @param sizes whole numbers that may depend on the batch, for a vector or (alone) a scalar
 * @param rows sizes as a matrix, such as the margins before and after each axis
 */
record Traced(
        Optional<Tensor> tensor,
        Optional<Constant> constant,
        Optional<List<Dim>> sizes,
        boolean scalar,
        String name,
        Optional<Dim> reserved,
        Optional<List<List<Dim>>> rows) {
    private static final int MAX_SIZES = 64;

    static Traced of(Tensor tensor) {
        return new Traced(
                Optional.of(tensor), Optional.empty(), Optional.empty(), false, "", Optional.empty(), Optional.empty());
    }

    static Traced of(List<Dim> sizes, boolean scalar) {
        Optional<Constant> constant = Optional.empty();
        if (sizes.stream().allMatch(Dim::isConstant)) {
            double[] values = sizes.stream().mapToDouble(Dim::value).toArray();
            constant = Optional.of(new Constant(
                    ElementType.INT32, scalar ? Array.scalar(values[0]) : Array.of(values, values.length)));
        }
        return new Traced(
                Optional.empty(),
                constant,
                Optional.of(List.copyOf(sizes)),
                scalar,
                "",
                Optional.empty(),
                Optional.empty());
    }

    /** @param name of the variable, or empty */
    static Traced of(Constant constant, String name) {
        Array values = constant.values();
        Optional<List<Dim>> sizes = isWhole(constant.type()) && values.rank() <= 1 && values.length() <= MAX_SIZES
                ? Optional.of(Arrays.stream(values.values())
                        .mapToObj(v -> Dim.of((long) v))
                        .toList())
                : Optional.empty();
        return new Traced(
                Optional.empty(),
                Optional.of(constant),
                sizes,
                values.rank() == 0,
                name,
                Optional.empty(),
                Optional.empty());
    }

    static Traced reserved(Dim length) {
        return new Traced(
                Optional.empty(), Optional.empty(), Optional.empty(), false, "", Optional.of(length), Optional.empty());
    }

    static Traced rows(List<List<Dim>> rows) {
        return new Traced(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                "",
                Optional.empty(),
                Optional.of(List.copyOf(rows)));
    }

    static boolean isWhole(ElementType type) {
        return type == ElementType.INT32 || type == ElementType.INT64;
    }

    /** Whether it is a constant of the graph, no variable. */
    boolean isLiteral() {
        return constant.isPresent() && name.isEmpty();
    }

    Shape shape() {
        if (tensor.isPresent()) {
            return tensor.get().shape();
        }
        if (constant.isPresent()) {
            return Nodes.shape(constant.get().values());
        }
        if (rows.isPresent()) {
            return Shape.of(rows.get().size(), rows.get().getFirst().size());
        }
        return scalar ? Shape.SCALAR : Shape.of(sizes.map(List::size).orElse(0));
    }
}
