package io.mlaas.explanation;

import org.jspecify.annotations.Nullable;

/**
 * Each element of the output is one element of the input, or none, times a weight.
 *
 * @param source flat index into the input for each element of the output, -1 for none; null where they are the same
 * @param weights for each element of the output; null for ones
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
record Selection(int @Nullable [] source, double @Nullable [] weights) implements LocalMap {

    static Selection identity() {
        return new Selection(null, null);
    }

    static Selection weighted(double[] weights) {
        return new Selection(null, weights);
    }

    @Override
    public void apply(double[] difference, double[] output, Part part) {
        for (int i = 0; i < output.length; i++) {
            int from = source == null ? i : source[i];
            if (from >= 0) {
                output[i] += weight(i, part) * difference[from];
            }
        }
    }

    @Override
    public void transposed(double[] multipliers, double[] input, Part part) {
        for (int i = 0; i < multipliers.length; i++) {
            int from = source == null ? i : source[i];
            if (from >= 0) {
                input[from] += weight(i, part) * multipliers[i];
            }
        }
    }

    private double weight(int i, Part part) {
        return part.of(weights == null ? 1 : weights[i]);
    }
}
