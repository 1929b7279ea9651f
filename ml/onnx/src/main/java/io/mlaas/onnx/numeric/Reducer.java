package io.mlaas.onnx.numeric;

import io.mlaas.onnx.numeric.Array.Reduction;
import java.util.Arrays;

/** Sums, products and extremes over some axes of an array. */
final class Reducer {
    private final Array array;
    private final Reduction how;
    private final boolean[] reduced;
    private final int[] shape;

    Reducer(Array array, Reduction how, boolean... reduced) {
        this.array = array;
        this.how = how;
        this.reduced = reduced.clone();
        this.shape = array.shape();
    }

    /** @param kept the array's shape with 1 for each axis that goes */
    double[] reduce(int... kept) {
        double[] result = new double[Array.elements(kept)];
        Arrays.fill(result, how.start);
        int first = 0;
        while (first < shape.length && !reduced[first]) {
            first++;
        }
        int last = shape.length;
        while (last > first && !reduced[last - 1]) {
            last--;
        }
        int count = Array.elements(Arrays.copyOfRange(shape, first, last));
        int width = Array.elements(Arrays.copyOfRange(shape, last, shape.length));
        if (!isWhole(first, last)) {
            scattered(result, kept);
        } else if (width == 1) {
            ends(result, count);
        } else {
            rows(result, width, count);
        }
        return result;
    }

    /** Whether the axes lie beside each other. */
    private boolean isWhole(int first, int last) {
        for (int axis = first; axis < last; axis++) {
            if (!reduced[axis] && shape[axis] != 1) {
                return false;
            }
        }
        return true;
    }

    /** Numbers in a row become one. */
    private void ends(double[] result, int count) {
        double[] row = new double[count];
        for (int i = 0; i < result.length; i++) {
            array.copy(i * count, row, 0, count);
            double value = how.start;
            for (double each : row) {
                value = how.step.applyAsDouble(value, each);
            }
            result[i] = value;
        }
    }

    /** {@code count} rows of {@code width} become one. */
    private void rows(double[] result, int width, int count) {
        double[] sums = new double[width];
        double[] row = new double[width];
        for (int to = 0; to < result.length; to += width) {
            Arrays.fill(sums, how.start);
            for (int i = 0; i < count; i++) {
                array.copy((to / width * count + i) * width, row, 0, width);
                how.whole.apply(sums, row, sums, width);
            }
            System.arraycopy(sums, 0, result, to, width);
        }
    }

    private void scattered(double[] result, int... kept) {
        int[] steps = Array.strides(kept);
        int[] index = new int[shape.length];
        for (double value : array.values()) {
            int at = 0;
            for (int i = 0; i < shape.length; i++) {
                at += reduced[i] ? 0 : index[i] * steps[i];
            }
            result[at] = how.step.applyAsDouble(result[at], value);
            for (int i = shape.length - 1; i >= 0 && ++index[i] == shape[i]; i--) {
                index[i] = 0;
            }
        }
    }
}
