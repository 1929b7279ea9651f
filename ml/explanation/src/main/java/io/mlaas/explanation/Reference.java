package io.mlaas.explanation;

import java.util.Arrays;

/** The input that others are compared with: what the network says of it is where contributions start from. */
public sealed interface Reference {

    record Zeros() implements Reference {}

    /** The mean of the given samples, each flat in row-major order, such as those of a training set. */
    @SuppressWarnings("ArrayRecordComponent") // bulk numbers, not copied, never compared
    record Mean(double[][] samples) implements Reference {}

    /** The samples themselves: one for all, or one for each that is explained; flat, in row-major order. */
    @SuppressWarnings("ArrayRecordComponent") // bulk numbers, not copied, never compared
    record Given(double[][] samples) implements Reference {}

    static Reference zeros() {
        return new Zeros();
    }

    static Reference mean(double[]... samples) {
        return new Mean(samples);
    }

    static Reference of(double[]... samples) {
        return new Given(samples);
    }

    /** @return one reference for each of {@code count} samples of that many elements */
    default double[][] resolve(int count, int elements) {
        double[][] all =
                switch (this) {
                    case Zeros zeros -> new double[][] {new double[elements]};
                    case Mean(double[][] samples) -> new double[][] {mean(samples, elements)};
                    case Given(double[][] samples) -> samples;
                };
        if (all.length != 1 && all.length != count) {
            throw new ExplanationRefused(
                    "reference: " + all.length + " samples (expected: 1, or " + count + " as there are inputs)");
        }
        double[][] resolved = new double[count][];
        for (int i = 0; i < count; i++) {
            resolved[i] = all[all.length == 1 ? 0 : i];
            require(resolved[i], elements);
        }
        return resolved;
    }

    private static double[] mean(double[][] samples, int elements) {
        double[] mean = new double[elements];
        if (samples.length == 0) {
            throw new ExplanationRefused("reference: no samples to take the mean of (expected: at least 1)");
        }
        for (double[] sample : samples) {
            require(sample, elements);
            for (int i = 0; i < elements; i++) {
                mean[i] += sample[i] / samples.length;
            }
        }
        return mean;
    }

    private static void require(double[] sample, int elements) {
        if (sample.length != elements) {
            throw new ExplanationRefused(
                    "reference: " + sample.length + " elements (expected: " + elements + ", as the input has)");
        }
        if (!Arrays.stream(sample).allMatch(Double::isFinite)) {
            throw new ExplanationRefused("reference: NaN or infinity (expected: finite numbers)");
        }
    }
}
