package io.mlaas.onnx.numeric;

import io.mlaas.onnx.numeric.Convolution.Places;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Convolutions and pooling over any number of spatial axes, with the channels last, as their definitions read. */
public final class Windows {
    /** What lies under the window at each position; one number for each spatial axis. */
    public static final class Window {
        private final int[] size;
        private final int[] strides;
        private final int[] dilations;
        private final int[] before;
        private final int[] after;

        /**
         * @param before padding in front, for each spatial axis
         * @param after padding behind
         */
        public Window(int[] size, int[] strides, int[] dilations, int[] before, int[] after) {
            this.size = size.clone();
            this.strides = strides.clone();
            this.dilations = dilations.clone();
            this.before = before.clone();
            this.after = after.clone();
        }

        /** TensorFlow's "same": ⌈n / stride⌉ positions, an odd pixel of padding behind. */
        public static Window same(int[] spatial, int[] size, int[] strides, int[] dilations) {
            int[] before = new int[size.length];
            int[] after = new int[size.length];
            for (int i = 0; i < size.length; i++) {
                int reach = (size[i] - 1) * dilations[i] + 1;
                int total = Math.max(0, (Math.ceilDiv(spatial[i], strides[i]) - 1) * strides[i] + reach - spatial[i]);
                before[i] = total / 2;
                after[i] = total - total / 2;
            }
            return new Window(size, strides, dilations, before, after);
        }

        public static Window valid(int[] size, int[] strides, int[] dilations) {
            return new Window(size, strides, dilations, new int[size.length], new int[size.length]);
        }

        /** Padding in front only, so that no output sees what comes later. */
        public static Window causal(int[] size, int[] strides, int[] dilations) {
            int[] before = new int[size.length];
            for (int i = 0; i < size.length; i++) {
                before[i] = (size[i] - 1) * dilations[i];
            }
            return new Window(size, strides, dilations, before, new int[size.length]);
        }

        int positions(int axis, int length) {
            int reach = (size[axis] - 1) * dilations[axis] + 1;
            return Math.max(0, (length + before[axis] + after[axis] - reach) / strides[axis] + 1);
        }
    }

    private Windows() {}

    private static int[] spatial(Array x) {
        return Arrays.copyOfRange(x.shape(), 1, x.rank() - 1);
    }

    private static int[] positions(int[] lengths, Window window) {
        int[] positions = new int[lengths.length];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = window.positions(i, lengths[i]);
        }
        return positions;
    }

    /** Where the window finds the inputs of each output. */
    private static Places places(int[] lengths, Window window) {
        int[] positions = positions(lengths, window);
        int outputs = Array.elements(positions);
        int taps = Array.elements(window.size);
        int[] sources = new int[Math.multiplyExact(taps, outputs)];
        int[] tap = new int[lengths.length];
        for (int i = 0; i < taps; i++) {
            for (int axis = tap.length - 1, rest = i; axis >= 0; axis--) {
                tap[axis] = rest % window.size[axis];
                rest /= window.size[axis];
            }
            fill(sources, i * outputs, 0, 0, lengths, positions, window, tap);
        }
        return new Places(sources, Array.elements(lengths), outputs);
    }

    /** Goes along one axis of the outputs, and along those behind it; a negative {@code before} lies in the padding. */
    private static int fill(
            int[] sources, int at, int axis, int before, int[] lengths, int[] positions, Window window, int... tap) {
        int next = at;
        for (int position = 0; position < positions[axis]; position++) {
            int place = position * window.strides[axis] - window.before[axis] + tap[axis] * window.dilations[axis];
            boolean inside = before >= 0 && place >= 0 && place < lengths[axis];
            int flat = inside ? before * lengths[axis] + place : -1;
            if (axis == positions.length - 1) {
                sources[next++] = flat;
            } else {
                next = fill(sources, next, axis + 1, flat, lengths, positions, window, tap);
            }
        }
        return next;
    }

    /**
     * @param x (batch, spatial …, channels)
     * @param kernel (spatial …, channels / groups, filters)
     */
    public static Array convolve(Array x, Array kernel, Window window, int groups) {
        return convolve(x, kernel, null, window, groups);
    }

    /**
     * @param x (batch, spatial …, channels)
     * @param kernel (spatial …, channels / groups, filters)
     * @param bias a number for each filter
     */
    public static Array convolve(Array x, Array kernel, @Nullable Array bias, Window window, int groups) {
        int[] lengths = spatial(x);
        double[] result = Convolution.of(x, kernel, bias, places(lengths, window), groups);
        return Array.of(result, shape(x.size(0), positions(lengths, window), kernel.size(-1)));
    }

    /** What is done with the channels of one input under the window. */
    private interface Step {
        void at(double[] sums, double[] channels, int tap);
    }

    /** Goes over the inputs of each output, and keeps what the steps made of them. */
    private static double[] gather(Array x, Places places, double start, int repeat, Step step) {
        int batch = x.size(0);
        int channels = x.size(-1);
        int taps = places.taps();
        int width = channels * repeat;
        double[] result = new double[Math.multiplyExact(batch * places.outputs(), width)];
        double[] sums = new double[width];
        double[] row = new double[width];
        for (int b = 0; b < batch; b++) {
            for (int output = 0; output < places.outputs(); output++) {
                Arrays.fill(sums, start);
                for (int tap = 0; tap < taps; tap++) {
                    int source = places.source(tap, output);
                    if (source >= 0) {
                        x.copy((b * places.inputs() + source) * channels, row, 0, channels);
                        repeat(row, channels, repeat);
                        step.at(sums, row, tap);
                    }
                }
                System.arraycopy(sums, 0, result, (b * places.outputs() + output) * width, width);
            }
        }
        return result;
    }

    private static void repeat(double[] row, int count, int times) {
        if (times > 1) {
            for (int i = count * times - 1; i >= 0; i--) {
                row[i] = row[i / times];
            }
        }
    }

    /**
     * Each channel by itself.
     *
     * @param kernel (spatial …, channels, multiplier); output channel c · multiplier + m
     */
    public static Array depthwise(Array x, Array kernel, Window window) {
        int[] lengths = spatial(x);
        int multiplier = kernel.size(-1);
        int width = x.size(-1) * multiplier;
        double[][] weights = new double[kernel.length() / Math.max(1, width)][width];
        for (int tap = 0; tap < weights.length; tap++) {
            kernel.copy(tap * width, weights[tap], 0, width);
        }
        double[] result = gather(
                x,
                places(lengths, window),
                0,
                multiplier,
                (sums, row, tap) -> RowSums.add(sums, weights[tap], row, width));
        return Array.of(result, shape(x.size(0), positions(lengths, window), width));
    }

    /**
     * The gradient of a convolution with respect to its input, which is what a transposed convolution is.
     *
     * @param kernel (spatial …, filters, channels)
     * @param window of the convolution that takes the result's spatial sizes to those of {@code x}
     */
    public static Array transposed(Array x, Array kernel, Window window, int[] resultLengths) {
        int[] positions = positions(resultLengths, window);
        if (!Arrays.equals(positions, spatial(x))) {
            throw new IllegalArgumentException(
                    "sizes: " + Arrays.toString(spatial(x)) + " (expected: " + Arrays.toString(positions) + ")");
        }
        int batch = x.size(0);
        int filters = kernel.size(-2);
        Places places = places(resultLengths, window);
        double[] result = new double[Math.multiplyExact(batch * places.inputs(), filters)];
        Array rows = x.reshape(batch * places.outputs(), x.size(-1));
        Array taps = kernel.reshape(-1, filters, kernel.size(-1)).transpose(0, 2, 1);
        for (int tap = 0; tap < taps.size(0); tap++) {
            double[] parts = rows.matmul(taps.select(0, tap)).values();
            for (int from = 0; from < batch * places.outputs(); from++) {
                int to = places.source(tap, from % places.outputs());
                if (to >= 0) {
                    int at = (from / places.outputs() * places.inputs() + to) * filters;
                    for (int f = 0; f < filters; f++) {
                        result[at + f] += parts[from * filters + f];
                    }
                }
            }
        }
        return Array.of(result, shape(batch, resultLengths, filters));
    }

    /** The largest value under the window; padding does not count. */
    public static Array maxPool(Array x, Window window) {
        int[] lengths = spatial(x);
        int channels = x.size(-1);
        double[] result = gather(
                x,
                places(lengths, window),
                Double.NEGATIVE_INFINITY,
                1,
                (sums, row, tap) -> Elementwise.Usual.MAX.apply(sums, row, sums, channels));
        return Array.of(result, shape(x.size(0), positions(lengths, window), channels));
    }

    /** The mean of the values under the window; padding does not count. */
    public static Array averagePool(Array x, Window window) {
        int[] lengths = spatial(x);
        int channels = x.size(-1);
        Places places = places(lengths, window);
        double[] result =
                gather(x, places, 0, 1, (sums, row, tap) -> Elementwise.Usual.PLUS.apply(sums, row, sums, channels));
        int[] seen = new int[places.outputs()];
        for (int tap = 0; tap < places.taps(); tap++) {
            for (int output = 0; output < seen.length; output++) {
                seen[output] += places.source(tap, output) >= 0 ? 1 : 0;
            }
        }
        for (int i = 0; i < result.length; i++) {
            result[i] /= seen[i / channels % seen.length];
        }
        return Array.of(result, shape(x.size(0), positions(lengths, window), channels));
    }

    private static int[] shape(int batch, int[] spatial, int channels) {
        return Array.append(Array.append(new int[] {batch}, spatial), channels);
    }
}
