package io.mlaas.onnx.numeric;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A convolution as products of matrices: the inputs of some output positions at a time are laid side by side, one row for
 * each weight of a filter, so that memory beside the result is bounded.
 */
final class Convolution {
    /** Output positions side by side; with the next they fit into a second-level cache. */
    private static final int POSITIONS = 256;

    /** Weights of each filter at a time. */
    private static final int DEPTH = 128;

    /** Positions that are laid side by side together. */
    private static final int TOGETHER = 8;

    private final double[] values;
    private final int channels;
    private final int perGroup;
    private final Places places;
    private final double[][] rows = new double[DEPTH][POSITIONS];

    /** Where the inputs of an output lie: flat spatial numbers for each tap and output, -1 for padding. */
    static final class Places {
        private final int[] sources;
        private final int inputs;
        private final int outputs;

        Places(int[] sources, int inputs, int outputs) {
            this.sources = sources;
            this.inputs = inputs;
            this.outputs = outputs;
        }

        int taps() {
            return outputs == 0 ? 0 : sources.length / outputs;
        }

        int source(int tap, int output) {
            return sources[tap * outputs + output];
        }

        int inputs() {
            return inputs;
        }

        int outputs() {
            return outputs;
        }
    }

    private Convolution(Array x, int perGroup, Places places) {
        this.values = x.values();
        this.channels = x.size(-1);
        this.perGroup = perGroup;
        this.places = places;
    }

    /**
     * @param x (batch, spatial …, channels)
     * @param kernel (spatial …, channels / groups, filters)
     * @return (batch · outputs, filters)
     */
    static double[] of(Array x, Array kernel, @Nullable Array bias, Places places, int groups) {
        int filters = kernel.size(-1);
        int own = filters / groups;
        int positions = x.size(0) * places.outputs();
        double[] result = new double[positions * filters];
        Convolution convolution = new Convolution(x, kernel.size(-2), places);
        double[][] sums = new double[own][POSITIONS];
        for (int group = 0; group < groups; group++) {
            double[][] weights = weights(kernel, group * own, own);
            for (int from = 0; from < positions; from += POSITIONS) {
                int width = Math.min(POSITIONS, positions - from);
                for (int f = 0; f < own; f++) {
                    Arrays.fill(sums[f], 0, width, bias == null ? 0 : bias.at(group * own + f));
                }
                convolution.add(sums, weights, group, from, width);
                turn(sums, width, result, from * filters + group * own, filters);
            }
        }
        return result;
    }

    /** The weights of some filters, one row for each. */
    private static double[][] weights(Array kernel, int first, int count) {
        int filters = kernel.size(-1);
        int depth = kernel.length() / filters;
        double[][] weights = new double[count][depth];
        for (int k = 0; k < depth; k++) {
            for (int f = 0; f < count; f++) {
                weights[f][k] = kernel.at(k * filters + first + f);
            }
        }
        return weights;
    }

    private void add(double[][] sums, double[][] weights, int group, int from, int width) {
        int depth = weights.length == 0 ? 0 : weights[0].length;
        int[] starts = new int[width];
        for (int first = 0; first < depth; first += DEPTH) {
            int last = Math.min(depth, first + DEPTH);
            for (int k = first; k < last; ) {
                int tap = k / perGroup;
                int channel = k % perGroup;
                int count = Math.min(last - k, perGroup - channel);
                for (int p = 0; p < width; p++) {
                    starts[p] = start(tap, from + p, group * perGroup + channel);
                }
                layOut(starts, width, k - first, count);
                k += count;
            }
            RowSums.add(sums, weights, first, rows, last - first, width);
        }
    }

    private int start(int tap, int position, int channel) {
        int sample = position / places.outputs();
        int source = places.source(tap, position % places.outputs());
        return source < 0 ? -1 : (sample * places.inputs() + source) * channels + channel;
    }

    /** Some channels of each position, which lie in a row, become columns of rows. */
    private void layOut(int[] starts, int width, int row, int count) {
        int p = 0;
        for (; p + TOGETHER <= width; p += TOGETHER) {
            if (!layOutTogether(starts, p, row, count)) {
                layOutEach(starts, p, p + TOGETHER, row, count);
            }
        }
        layOutEach(starts, p, width, row, count);
    }

    private void layOutEach(int[] starts, int from, int to, int row, int count) {
        for (int p = from; p < to; p++) {
            for (int c = 0; c < count; c++) {
                rows[row + c][p] = starts[p] < 0 ? 0 : values[starts[p] + c];
            }
        }
    }

    private boolean layOutTogether(int[] starts, int p, int row, int count) {
        int s0 = starts[p];
        int s1 = starts[p + 1];
        int s2 = starts[p + 2];
        int s3 = starts[p + 3];
        int s4 = starts[p + 4];
        int s5 = starts[p + 5];
        int s6 = starts[p + 6];
        int s7 = starts[p + 7];
        if ((s0 | s1 | s2 | s3 | s4 | s5 | s6 | s7) < 0) {
            return false;
        }
        for (int c = 0; c < count; c++) {
            double[] to = rows[row + c];
            to[p] = values[s0 + c];
            to[p + 1] = values[s1 + c];
            to[p + 2] = values[s2 + c];
            to[p + 3] = values[s3 + c];
            to[p + 4] = values[s4 + c];
            to[p + 5] = values[s5 + c];
            to[p + 6] = values[s6 + c];
            to[p + 7] = values[s7 + c];
        }
        return true;
    }

    /** Rows of filters become the channels of positions. */
    private static void turn(double[][] sums, int width, double[] result, int first, int stride) {
        int f = 0;
        for (; f + 4 <= sums.length; f += 4) {
            double[] a = sums[f];
            double[] b = sums[f + 1];
            double[] c = sums[f + 2];
            double[] d = sums[f + 3];
            for (int p = 0, to = first + f; p < width; p++, to += stride) {
                result[to] = a[p];
                result[to + 1] = b[p];
                result[to + 2] = c[p];
                result[to + 3] = d[p];
            }
        }
        for (; f < sums.length; f++) {
            for (int p = 0; p < width; p++) {
                result[first + p * stride + f] = sums[f][p];
            }
        }
    }
}
