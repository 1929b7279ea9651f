package io.mlaas.learning.learner;

import io.mlaas.learning.event.PredictionEvent;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;

/** What answers for a learner: while it is held, the one that it was; if that is closed in the meantime, its successor. */
final class AskedLearner implements Predictor {
    private final Predictors predictors;
    private final StoredLearner learner;
    private volatile SharedPredictor current;

    AskedLearner(Predictors predictors, StoredLearner learner) {
        this.predictors = predictors;
        this.learner = learner;
        this.current = predictors.of(learner).predictor();
    }

    @Override
    public Schema schema() {
        return current.schema();
    }

    @Override
    public long learned() {
        return current.learned();
    }

    @Override
    public void predict(int rows, double[] inputs, double[] predictions) {
        if (!current.isUsable() || !tell(rows, inputs, predictions)) {
            current = predictors.ask(learner, (serving, predictor) -> {
                predictor.predict(rows, inputs, predictions);
                return serving.predictor();
            });
        }
    }

    /** Of the one that answered last. */
    PredictionEvent.State state() {
        return current.state();
    }

    private boolean tell(int rows, double[] inputs, double[] predictions) {
        return current.ask(predictor -> {
                    predictor.predict(rows, inputs, predictions);
                    return true;
                })
                .isPresent();
    }
}
