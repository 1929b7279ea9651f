package io.mlaas.online.linear;

import io.mlaas.online.Schema;
import java.util.Arrays;

/**
 * Predictions from weights. Probabilities: of log_loss the logistic function, of modified_huber {@code (clip(p, -1, 1) +
 * 1) / 2}, of softmax its own; of the hinge losses, which have none, the logistic function all the same (their order is
 * right, their size is not calibrated). Of more than two classes against the rest each, they are divided by their sum.
 */
record LinearPredictor(Schema schema, long learned, Weights weights, Loss loss) implements Margins {

    @Override
    public int margins() {
        return weights.margins();
    }

    @Override
    public double weight(int margin, int column) {
        return weights.weight(margin, column);
    }

    @Override
    public double intercept(int margin) {
        return weights.intercepts[margin];
    }

    @Override
    public void predict(int rows, double[] inputs, double[] predictions) {
        schema.checkInputs(rows, inputs);
        OneHotRow row = new OneHotRow(schema);
        double[] answer = new double[schema.outputs()];
        for (int i = 0; i < rows; i++) {
            row.read(inputs, i);
            answer(row, answer);
            System.arraycopy(answer, 0, predictions, i * answer.length, answer.length);
        }
    }

    private void answer(OneHotRow row, double[] answer) {
        if (weights.margins() < answer.length) {
            double second = probability(weights.margin(row, 0));
            answer[0] = 1 - second;
            answer[1] = second;
            return;
        }
        for (int k = 0; k < answer.length; k++) {
            answer[k] = weights.margin(row, k);
        }
        if (loss == Loss.SOFTMAX) {
            softmax(answer);
        } else if (loss.classifies()) {
            againstTheRest(answer);
        }
    }

    private void againstTheRest(double[] margins) {
        double sum = 0;
        for (int k = 0; k < margins.length; k++) {
            margins[k] = probability(margins[k]);
            sum += margins[k];
        }
        if (!(sum > 0)) {
            Arrays.fill(margins, 1.0 / margins.length);
            return;
        }
        for (int k = 0; k < margins.length; k++) {
            margins[k] /= sum;
        }
    }

    private double probability(double margin) {
        return loss == Loss.MODIFIED_HUBER ? (Math.clamp(margin, -1, 1) + 1) / 2 : 1 / (1 + Math.exp(-margin));
    }

    static void softmax(double[] margins) {
        double most = margins[0];
        for (double margin : margins) {
            most = Math.max(most, margin);
        }
        double sum = 0;
        for (int k = 0; k < margins.length; k++) {
            margins[k] = Math.exp(margins[k] - most);
            sum += margins[k];
        }
        for (int k = 0; k < margins.length; k++) {
            margins[k] /= sum;
        }
    }
}
