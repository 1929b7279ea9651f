package io.mlaas.onnx.runtime;

import java.util.Arrays;

/**
 * A tensor of 32-bit floats.
 *
 * @param values elements in row-major order
 * @param shape sizes, the batch first
 */
@SuppressWarnings("ArrayRecordComponent") // numbers for the engines, never compared as a whole
public record Batch(float[] values, long... shape) {
    public Batch {
        long elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        if (elements != values.length) {
            throw new IllegalArgumentException("values: " + values.length + " (expected: " + elements + " for shape "
                    + Arrays.toString(shape) + ")");
        }
    }

    /** Number of samples. */
    public int samples() {
        return shape.length == 0 ? 1 : (int) shape[0];
    }

    /** Elements of one sample. */
    public int width() {
        return samples() == 0 ? 0 : values.length / samples();
    }
}
