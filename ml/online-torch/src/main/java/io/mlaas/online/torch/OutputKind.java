package io.mlaas.online.torch;

import ai.djl.ndarray.NDArray;

/** What the numbers are that a network gives. */
enum OutputKind {
    /** Of a regression. */
    VALUES,
    /** Of classes, to be made probabilities by softmax, or of the second of two classes by the logistic function. */
    LOGITS,
    PROBABILITIES,
    LOG_PROBABILITIES;

    private static final float SMALLEST = 1e-30f;

    /** In the form that the losses take. */
    NDArray forLoss(NDArray output) {
        return this == PROBABILITIES
                ? output.maximum(output.getManager().ones(output.getShape()).muli(SMALLEST))
                        .log()
                : output;
    }

    /** As {@link #forLoss(NDArray)}. */
    float[] forLoss(float[] output) {
        if (this != PROBABILITIES) {
            return output;
        }
        float[] logarithms = new float[output.length];
        for (int i = 0; i < output.length; i++) {
            logarithms[i] = (float) StrictMath.log(Math.max(output[i], SMALLEST));
        }
        return logarithms;
    }

    /** Numbers of a regression, or the probability of each class. */
    void predict(float[] output, double[] into, int at, int outputs) {
        if (this == LOGITS && output.length == 1 && outputs == 2) {
            double second = 1 / (1 + StrictMath.exp(-output[0]));
            into[at] = 1 - second;
            into[at + 1] = second;
            return;
        }
        for (int i = 0; i < outputs; i++) {
            into[at + i] = output[i];
        }
        if (this == LOGITS || this == LOG_PROBABILITIES) {
            softmax(into, at, outputs);
        } else if (this == PROBABILITIES) {
            normalize(into, at, outputs);
        }
    }

    private static void softmax(double[] values, int at, int count) {
        double most = Double.NEGATIVE_INFINITY;
        for (int i = at; i < at + count; i++) {
            most = Math.max(most, values[i]);
        }
        for (int i = at; i < at + count; i++) {
            values[i] = StrictMath.exp(values[i] - most);
        }
        normalize(values, at, count);
    }

    private static void normalize(double[] values, int at, int count) {
        double sum = 0;
        for (int i = at; i < at + count; i++) {
            sum += values[i];
        }
        for (int i = at; i < at + count; i++) {
            values[i] /= sum;
        }
    }
}
