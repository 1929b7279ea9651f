package io.mlaas.neural.network;

/** Numbers in row-major order with their shape. The array is not copied. */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers; documented as not copied
public record Tensor(TensorShape shape, float[] values) {

    public Tensor {
        if (values.length != shape.elements()) {
            throw new IllegalArgumentException(
                    "values: " + values.length + " (expected: " + shape.elements() + " for shape " + shape + ")");
        }
    }
}
