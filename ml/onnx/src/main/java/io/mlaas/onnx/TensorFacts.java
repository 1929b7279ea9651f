package io.mlaas.onnx;

import io.mlaas.onnx.graph.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An input or output of a model.
 *
 * @param type such as {@code float32}
 * @param shape sizes, outermost first; a name such as {@code batch} for one that may vary
 */
public record TensorFacts(String name, String type, List<String> shape) {
    public TensorFacts {
        shape = List.copyOf(shape);
    }

    static TensorFacts of(String name, Tensor tensor) {
        return new TensorFacts(
                name,
                tensor.type().toString(),
                tensor.shape().dims().stream().map(Object::toString).toList());
    }

    /** Whether the size of an axis may vary. */
    public boolean isDynamic(int axis) {
        return !shape.get(axis).chars().allMatch(Character::isDigit);
    }

    /** Axes of one sample, counted without the batch, whose size may vary. */
    public List<Integer> varyingAxes() {
        return IntStream.range(1, shape.size())
                .filter(this::isDynamic)
                .map(axis -> axis - 1)
                .boxed()
                .toList();
    }
}
