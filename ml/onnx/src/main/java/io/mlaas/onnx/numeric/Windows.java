package io.mlaas.onnx.numeric;

import java.util.Arrays;

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

    private interface Visit {
        void at(int output, int input, int tap);
    }

    private Windows() {}

    private static int[] spatial(Array x) {
        return Arrays.copyOfRange(x.shape(), 1, x.rank() - 1);
    }

    /** All pairs of an output position and an input position that the window joins, by flat spatial numbers. */
    private static int[] visit(int[] lengths, Window window, Visit visit) {
        int axes = lengths.length;
        int[] positions = new int[axes];
        for (int i = 0; i < axes; i++) {
            positions[i] = window.positions(i, lengths[i]);
        }
        int outputs = Array.elements(positions);
        int taps = Array.elements(window.size);
        for (int output = 0; output < outputs; output++) {
            for (int tap = 0; tap < taps; tap++) {
                int input = input(lengths, window, positions, output, tap);
                if (input >= 0) {
                    visit.at(output, input, tap);
                }
            }
        }
        return positions;
    }

    private static int input(int[] lengths, Window window, int[] positions, int output, int tap) {
        int flat = 0;
        int step = 1;
        int restOutput = output;
        int restTap = tap;
        for (int i = lengths.length - 1; i >= 0; i--) {
            int at = restOutput % positions[i] * window.strides[i]
                    - window.before[i]
                    + restTap % window.size[i] * window.dilations[i];
            restOutput /= positions[i];
            restTap /= window.size[i];
            if (at < 0 || at >= lengths[i]) {
                return -1;
            }
            flat += at * step;
            step *= lengths[i];
        }
        return flat;
    }

    /**
     * @param x (batch, spatial …, channels)
     * @param kernel (spatial …, channels / groups, filters)
     */
    public static Array convolve(Array x, Array kernel, Window window, int groups) {
        int[] lengths = spatial(x);
        int batch = x.size(0);
        int channels = x.size(-1);
        int perGroup = kernel.size(-2);
        int filters = kernel.size(-1);
        int filtersPerGroup = filters / groups;
        int[] positions = visit(lengths, window, (output, input, tap) -> {});
        int inputs = Array.elements(lengths);
        int outputs = Array.elements(positions);
        double[] result = new double[batch * outputs * filters];
        Products products = new Products(x.values(), kernel.values(), result, perGroup, filters);
        visit(lengths, window, (output, input, tap) -> {
            for (int b = 0; b < batch; b++) {
                for (int group = 0; group < groups; group++) {
                    int filter = group * filtersPerGroup;
                    products.add(
                            (b * inputs + input) * channels + group * perGroup,
                            tap * perGroup * filters + filter,
                            (b * outputs + output) * filters + filter,
                            filtersPerGroup);
                }
            }
        });
        return Array.of(result, shape(batch, positions, filters));
    }

    /** A row of values times rows of weights: four at a time, along the weights as they lie in memory. */
    private static final class Products {
        private final double[] values;
        private final double[] weights;
        private final double[] sums;
        private final int length;
        private final int stride;

        /**
         * @param length values that are multiplied, each with a row of its own
         * @param stride from one row of weights to the next
         */
        Products(double[] values, double[] weights, double[] sums, int length, int stride) {
            this.values = values;
            this.weights = weights;
            this.sums = sums;
            this.length = length;
            this.stride = stride;
        }

        void add(int value, int weight, int sum, int width) {
            int four = length - length % 4;
            for (int i = 0; i < four; i += 4) {
                addFour(value + i, weight + i * stride, sum, width);
            }
            for (int i = four; i < length; i++) {
                double factor = values[value + i];
                int row = weight + i * stride;
                for (int j = 0; j < width; j++) {
                    sums[sum + j] += factor * weights[row + j];
                }
            }
        }

        private void addFour(int value, int weight, int sum, int width) {
            double a = values[value];
            double b = values[value + 1];
            double c = values[value + 2];
            double d = values[value + 3];
            int second = weight + stride;
            int third = second + stride;
            int fourth = third + stride;
            for (int j = 0; j < width; j++) {
                sums[sum + j] += a * weights[weight + j]
                        + b * weights[second + j]
                        + c * weights[third + j]
                        + d * weights[fourth + j];
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
        int batch = x.size(0);
        int channels = x.size(-1);
        int multiplier = kernel.size(-1);
        int[] positions = visit(lengths, window, (output, input, tap) -> {});
        int inputs = Array.elements(lengths);
        int outputs = Array.elements(positions);
        double[] result = new double[batch * outputs * channels * multiplier];
        visit(lengths, window, (output, input, tap) -> {
            for (int b = 0; b < batch; b++) {
                for (int c = 0; c < channels; c++) {
                    double value = x.at((b * inputs + input) * channels + c);
                    for (int m = 0; m < multiplier; m++) {
                        result[((b * outputs + output) * channels + c) * multiplier + m] +=
                                value * kernel.at((tap * channels + c) * multiplier + m);
                    }
                }
            }
        });
        return Array.of(result, shape(batch, positions, channels * multiplier));
    }

    /**
     * The gradient of a convolution with respect to its input, which is what a transposed convolution is.
     *
     * @param kernel (spatial …, filters, channels)
     * @param window of the convolution that takes the result's spatial sizes to those of {@code x}
     */
    public static Array transposed(Array x, Array kernel, Window window, int[] resultLengths) {
        int batch = x.size(0);
        int channels = x.size(-1);
        int filters = kernel.size(-2);
        int inputs = Array.elements(spatial(x));
        int outputs = Array.elements(resultLengths);
        double[] result = new double[batch * outputs * filters];
        int[] positions = visit(resultLengths, window, (from, to, tap) -> {});
        if (!Arrays.equals(positions, spatial(x))) {
            throw new IllegalArgumentException(
                    "sizes: " + Arrays.toString(spatial(x)) + " (expected: " + Arrays.toString(positions) + ")");
        }
        visit(resultLengths, window, (from, to, tap) -> {
            for (int b = 0; b < batch; b++) {
                for (int f = 0; f < filters; f++) {
                    double sum = 0;
                    for (int c = 0; c < channels; c++) {
                        sum += x.at((b * inputs + from) * channels + c) * kernel.at((tap * filters + f) * channels + c);
                    }
                    result[(b * outputs + to) * filters + f] += sum;
                }
            }
        });
        return Array.of(result, shape(batch, resultLengths, filters));
    }

    /** The largest value under the window; padding does not count. */
    public static Array maxPool(Array x, Window window) {
        return pool(x, window, true);
    }

    /** The mean of the values under the window; padding does not count. */
    public static Array averagePool(Array x, Window window) {
        return pool(x, window, false);
    }

    private static Array pool(Array x, Window window, boolean max) {
        int[] lengths = spatial(x);
        int batch = x.size(0);
        int channels = x.size(-1);
        int[] positions = visit(lengths, window, (output, input, tap) -> {});
        int inputs = Array.elements(lengths);
        int outputs = Array.elements(positions);
        double[] result = new double[batch * outputs * channels];
        Arrays.fill(result, max ? Double.NEGATIVE_INFINITY : 0);
        int[] seen = new int[outputs];
        visit(lengths, window, (output, input, tap) -> {
            seen[output]++;
            for (int b = 0; b < batch; b++) {
                for (int c = 0; c < channels; c++) {
                    double value = x.at((b * inputs + input) * channels + c);
                    int at = (b * outputs + output) * channels + c;
                    result[at] = max ? Math.max(result[at], value) : result[at] + value;
                }
            }
        });
        if (!max) {
            for (int i = 0; i < result.length; i++) {
                result[i] /= seen[i / channels % outputs];
            }
        }
        return Array.of(result, shape(batch, positions, channels));
    }

    private static int[] shape(int batch, int[] spatial, int channels) {
        return Array.append(Array.append(new int[] {batch}, spatial), channels);
    }
}
