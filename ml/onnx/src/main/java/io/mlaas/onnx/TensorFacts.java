package io.mlaas.onnx;

import java.util.List;

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
}
