package io.mlaas.learning.learner;

import io.mlaas.online.Predictor;

/**
 * A learner that somebody asks: the whole of an answer is given by one state of it.
 *
 * @param mostRows how many are taken at once
 */
public record ServedLearner(String name, String algorithm, Predictor predictor, int mostRows) {

    /** @param inputs {@code rows × schema.width()} values */
    public double[] predict(int rows, double[] inputs) {
        LearnerProblem.requireFew(rows, mostRows);
        return predictor.predict(rows, inputs);
    }
}
