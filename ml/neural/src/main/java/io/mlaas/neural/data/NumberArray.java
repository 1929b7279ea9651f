package io.mlaas.neural.data;

import java.util.List;

/**
 * A named array of numbers as a file holds it.
 *
 * @param values in row-major order of {@code shape}; 32 bits suffice, as networks calculate with them
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers; documented as not copied
record NumberArray(String name, List<Integer> shape, float[] values) {
    NumberArray {
        shape = List.copyOf(shape);
    }
}
