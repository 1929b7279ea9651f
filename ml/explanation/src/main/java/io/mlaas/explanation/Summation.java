package io.mlaas.explanation;

/**
 * Each element of the input is added to one element of the output, times a weight.
 *
 * @param target flat index into the output for each element of the input
 * @param weights for each element of the input
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
record Summation(int[] target, double[] weights) implements LocalMap {

    @Override
    public void apply(double[] difference, double[] output, Part part) {
        for (int i = 0; i < target.length; i++) {
            output[target[i]] += part.of(weights[i]) * difference[i];
        }
    }

    @Override
    public void transposed(double[] multipliers, double[] input, Part part) {
        for (int i = 0; i < target.length; i++) {
            input[i] += part.of(weights[i]) * multipliers[target[i]];
        }
    }
}
