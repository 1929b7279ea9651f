package io.mlaas.online.tensorflow;

import io.mlaas.online.Schema;

/** What the numbers are that a network answers, and how they become predictions. */
enum Answers {
    /** Of a regression. */
    VALUES,
    /** Of classes, made probabilities by softmax; a single one, of the second of two classes, by the logistic function. */
    LOGITS,
    PROBABILITIES;

    /** @param answered numbers for one row */
    void predict(Schema schema, int rows, float[] given, int answered, double[] predictions) {
        int outputs = schema.outputs();
        for (int row = 0; row < rows; row++) {
            int at = row * outputs;
            if (answered == 1 && outputs == 2) {
                double number = given[row];
                double second = this == LOGITS ? 1 / (1 + StrictMath.exp(-number)) : Math.clamp(number, 0, 1);
                predictions[at] = 1 - second;
                predictions[at + 1] = second;
                continue;
            }
            for (int k = 0; k < outputs; k++) {
                predictions[at + k] = given[row * answered + k];
            }
            if (this != VALUES) {
                makeProbabilities(predictions, at, outputs);
            }
        }
    }

    private void makeProbabilities(double[] values, int at, int count) {
        double most = Double.NEGATIVE_INFINITY;
        for (int k = at; k < at + count; k++) {
            most = Math.max(most, values[k]);
        }
        double sum = 0;
        for (int k = at; k < at + count; k++) {
            values[k] = this == LOGITS ? StrictMath.exp(values[k] - most) : Math.max(values[k], 0);
            sum += values[k];
        }
        for (int k = at; k < at + count; k++) {
            values[k] = sum > 0 ? values[k] / sum : 1.0 / count;
        }
    }
}
