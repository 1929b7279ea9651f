package io.mlaas.online.evaluation;

import io.mlaas.online.Batch;
import io.mlaas.online.Learner;

/** Test-then-train: a learner predicts each row, is judged, and learns it. */
public final class Prequential {
    private final Learner learner;
    private final ClassificationMeasures measures;
    private final double[] inputs;
    private final double[] target = new double[1];
    private final double[] prediction;
    private final Batch one;

    /**
     * @param learner of a classification
     * @param window rows of the recent measures
     */
    public Prequential(Learner learner, int window) {
        if (!learner.schema().classifies()) {
            throw new IllegalArgumentException("learner: of a regression (expected: of a classification)");
        }
        this.learner = learner;
        measures = new ClassificationMeasures(learner.schema().outputs(), window);
        inputs = new double[learner.schema().width()];
        prediction = new double[learner.schema().outputs()];
        one = new Batch(1, inputs, target);
    }

    public ClassificationMeasures measures() {
        return measures;
    }

    /** Tests and learns every row of a batch, of a weight of 1 each. */
    public void take(Batch batch) {
        for (int row = 0; row < batch.rows(); row++) {
            System.arraycopy(batch.inputs(), row * inputs.length, inputs, 0, inputs.length);
            target[0] = batch.targets()[row];
            learner.predict(1, inputs, prediction);
            measures.add((int) target[0], mostProbable(prediction));
            learner.learn(one);
        }
    }

    /** The class with the largest probability; the first of equal ones. */
    public static int mostProbable(double[] probabilities) {
        int most = 0;
        for (int k = 1; k < probabilities.length; k++) {
            most = probabilities[k] > probabilities[most] ? k : most;
        }
        return most;
    }
}
