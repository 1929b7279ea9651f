package io.mlaas.learning.learner;

import io.mlaas.online.Predictor;

/** A learner that somebody asks: the whole of an answer is given by one state of it. */
public final class ServedLearner {
    private final StoredLearner learner;
    private final AskedLearner asked;
    private final Telling telling;
    private final int mostRows;

    /** @param mostRows how many are taken at once */
    ServedLearner(StoredLearner learner, AskedLearner asked, Telling telling, int mostRows) {
        this.learner = learner;
        this.asked = asked;
        this.telling = telling;
        this.mostRows = mostRows;
    }

    public String name() {
        return learner.name();
    }

    public String algorithm() {
        return learner.document().algorithm();
    }

    public Predictor predictor() {
        return asked;
    }

    /** @param inputs {@code rows × schema.width()} values */
    public double[] predict(int rows, double[] inputs, Asking asking) {
        LearnerProblem.requireFew(rows, mostRows);
        long began = System.nanoTime();
        double[] answer = asked.predict(rows, inputs);
        Predicted predicted = Predicted.since(began, rows, inputs, answer, Occasion.at(null));
        telling.tell(learner, asked.schema(), asked.state(), asking, predicted);
        return answer;
    }
}
