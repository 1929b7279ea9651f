package io.mlaas.explanation;

/**
 * How the difference of one input of an operator acts on the difference of its output: a linear map that is exact
 * between the reference and the input. Arrays are flat, in row-major order, and are added to.
 */
interface LocalMap {
    /** Adds the map of {@code difference} to {@code output}. */
    void apply(double[] difference, double[] output, Part part);

    /** Adds the transposed map of {@code multipliers}, which belong to the output, to those of the input. */
    void transposed(double[] multipliers, double[] input, Part part);
}
