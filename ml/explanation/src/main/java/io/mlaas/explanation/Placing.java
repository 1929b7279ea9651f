package io.mlaas.explanation;

/** The input's elements in a row within the output, from {@code first} on. */
record Placing(int first) implements LocalMap {

    @Override
    public void apply(double[] difference, double[] output, Part part) {
        for (int i = 0; i < difference.length; i++) {
            output[first + i] += part.of(1) * difference[i];
        }
    }

    @Override
    public void transposed(double[] multipliers, double[] input, Part part) {
        for (int i = 0; i < input.length; i++) {
            input[i] += part.of(1) * multipliers[first + i];
        }
    }
}
