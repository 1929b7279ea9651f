package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.numeric.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is known about a value while nodes are written: a tensor of the ONNX graph, a stored array, or sizes.
 *
 * @param sizes whole numbers that may depend on the batch, for a vector or (alone) a scalar
 */
record Traced(
        Optional<Tensor> tensor, Optional<Constant> constant, Optional<List<Dim>> sizes, boolean scalar, String name) {
    static Traced of(Tensor tensor) {
        return new Traced(Optional.of(tensor), Optional.empty(), Optional.empty(), false, "");
    }

    static Traced of(List<Dim> sizes, boolean scalar) {
        return new Traced(Optional.empty(), Optional.empty(), Optional.of(sizes), scalar, "");
    }

    /** @param name of the variable, or empty */
    static Traced of(Constant constant, String name) {
        Array values = constant.values();
        boolean whole = constant.type() == ElementType.INT32 || constant.type() == ElementType.INT64;
        Optional<List<Dim>> sizes = whole && values.rank() <= 1 && values.length() <= 64
                ? Optional.of(Arrays.stream(values.values())
                        .mapToObj(v -> Dim.of((long) v))
                        .toList())
                : Optional.empty();
        return new Traced(Optional.empty(), Optional.of(constant), sizes, values.rank() == 0, name);
    }
}
