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

    /** As the shape says. @throws InvalidDataException when no array can have so many */
    long elements() {
        long elements = 1;
        for (int size : shape) {
            elements = size < 0 || elements > Integer.MAX_VALUE ? -1 : elements * size;
            if (elements < 0) {
                throw new InvalidDataException(
                        "array \"" + name + "\": shape " + shape + " (expected: fewer elements)");
            }
        }
        return elements;
    }
}
