package io.mlaas.online;

import java.util.HashSet;
import java.util.List;

/** One named input of a learner; it takes {@link #width()} consecutive values of a row. */
public sealed interface Input {
    String name();

    /** Values that this input takes in a row. */
    int width();

    /** A finite number, of magnitude at most {@link Schema#LARGEST}. */
    record Numeric(String name) implements Input {
        @Override
        public int width() {
            return 1;
        }
    }

    /** One of the named values; a row holds the index of the value, from 0. */
    record Nominal(String name, List<String> values) implements Input {
        public Nominal {
            values = List.copyOf(values);
            if (values.size() < 2 || new HashSet<>(values).size() != values.size()) {
                throw new IllegalArgumentException(
                        name + ": values: " + values + " (expected: two or more, all different)");
            }
        }

        @Override
        public int width() {
            return 1;
        }
    }

    /** Finite numbers of a fixed shape without the batch, flattened row-major: the last index changes quickest. */
    record Tensor(String name, List<Integer> shape) implements Input {
        private static final int LARGEST = 1 << 28;

        public Tensor {
            shape = List.copyOf(shape);
            long size = 1;
            for (int length : shape) {
                size = length < 1 || size > LARGEST ? Long.MAX_VALUE : size * length;
            }
            if (shape.isEmpty() || size > LARGEST) {
                throw new IllegalArgumentException(
                        name + ": shape: " + shape + " (expected: lengths >= 1, together at most " + LARGEST + ")");
            }
        }

        @Override
        public int width() {
            int size = 1;
            for (int length : shape) {
                size *= length;
            }
            return size;
        }
    }
}
