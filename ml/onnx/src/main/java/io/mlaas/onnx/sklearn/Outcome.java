package io.mlaas.onnx.sklearn;

import java.util.List;

/**
 * What a predictor says of rows, in 64-bit floats; the parts as in {@link Prediction}, empty where it has no such part.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Outcome(
        List<Object> classes,
        int[] index,
        double[][] probabilities,
        double[][] scores,
        double[][] values,
        List<Outcome> each) {
    private static final double[][] NONE = {};

    public Outcome(List<Object> classes, int[] index, double[][] probabilities, double[][] scores, double[][] values) {
        this(classes, index, probabilities, scores, values, List.of());
    }

    /** @param probabilities of the second class of each target; empty where each target has its own */
    public static Outcome several(List<Outcome> each, double[][] probabilities) {
        return new Outcome(List.of(), new int[0], probabilities, NONE, NONE, each);
    }

    public static Outcome values(double[][] values) {
        return new Outcome(List.of(), new int[0], NONE, NONE, values);
    }

    public static Outcome clusters(int[] index, double[][] scores) {
        return new Outcome(List.of(), index, NONE, scores, NONE);
    }

    public static Outcome probable(List<Object> classes, double[][] probabilities) {
        int[] index = new int[probabilities.length];
        for (int i = 0; i < index.length; i++) {
            index[i] = greatest(probabilities[i]);
        }
        return new Outcome(classes, index, probabilities, NONE, NONE);
    }

    /** @param probabilities empty where there are none */
    public static Outcome decided(List<Object> classes, double[][] scores, double[][] probabilities) {
        int[] index = new int[scores.length];
        for (int i = 0; i < index.length; i++) {
            index[i] = scores[i].length == 1 ? (scores[i][0] > 0 ? 1 : 0) : greatest(scores[i]);
        }
        return new Outcome(classes, index, probabilities, scores, NONE);
    }

    /** The first of several. */
    static int greatest(double[] row) {
        int best = 0;
        for (int i = 1; i < row.length; i++) {
            if (row[i] > row[best]) {
                best = i;
            }
        }
        return best;
    }

    boolean hasProbabilities() {
        return probabilities.length > 0;
    }

    boolean hasScores() {
        return scores.length > 0;
    }
}
