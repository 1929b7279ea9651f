package io.mlaas.explanation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The difference of one output between input and reference, shared among the elements of the input.
 *
 * @param output its flat index
 * @param shape of the sample
 * @param contributions of each element, flat in row-major order
 * @param multipliers contribution per difference of the element; with integrated gradients the mean gradient
 * @param delta sum of the contributions less the difference of the output: 0 where the method is complete
 */
@SuppressWarnings("ArrayRecordComponent") // numbers for the caller, never compared as a whole
public record Attribution(int output, int[] shape, double[] contributions, double[] multipliers, double delta) {

    /** Sums of the contributions above and below zero. */
    public record Contribution(double positive, double negative) {}

    /** What speaks for a larger output, of each element; 0 elsewhere. */
    public double[] positive() {
        return Arrays.stream(contributions).map(v -> Math.max(v, 0)).toArray();
    }

    /** What speaks for a smaller output, of each element; 0 elsewhere. */
    public double[] negative() {
        return Arrays.stream(contributions).map(v -> Math.min(v, 0)).toArray();
    }

    /** Summed up for each index of an axis: of (steps, features) axis 0 gives the steps, axis 1 the features. */
    public List<Contribution> along(int axis) {
        if (axis < 0 || axis >= shape.length) {
            throw new ExplanationRefused("axis: " + axis + " (expected: 0 to " + (shape.length - 1) + ")");
        }
        double[] positive = new double[shape[axis]];
        double[] negative = new double[shape[axis]];
        int inner = IntStream.range(axis + 1, shape.length).map(i -> shape[i]).reduce(1, (a, b) -> a * b);
        for (int i = 0; i < contributions.length; i++) {
            int index = i / inner % shape[axis];
            positive[index] += Math.max(contributions[i], 0);
            negative[index] += Math.min(contributions[i], 0);
        }
        List<Contribution> sums = new ArrayList<>();
        for (int i = 0; i < positive.length; i++) {
            sums.add(new Contribution(positive[i], negative[i]));
        }
        return sums;
    }

    public double sum() {
        return Arrays.stream(contributions).sum();
    }
}
