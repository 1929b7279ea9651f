package io.mlaas.learning.learner;

import io.mlaas.learning.interval.ResidualIntervals;
import org.jspecify.annotations.Nullable;

/**
 * What a learner answers with, whole.
 *
 * @param forecast of the latest message that a prediction was to be made from
 * @param heldBack rows of inputs that it has not learned
 * @param intervals around predictions, where the document wants them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
record Serving(
        SharedPredictor predictor,
        @Nullable Forecast forecast,
        double[][] heldBack,
        @Nullable ResidualIntervals intervals) {

    Serving with(@Nullable Forecast latest) {
        return new Serving(predictor, latest, heldBack, intervals);
    }
}
