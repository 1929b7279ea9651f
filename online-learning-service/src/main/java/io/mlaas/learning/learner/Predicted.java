package io.mlaas.learning.learner;

import io.mlaas.learning.event.PredictionEvent;
import io.mlaas.learning.interval.ResidualIntervals;
import org.jspecify.annotations.Nullable;

/**
 * What a learner answered to rows.
 *
 * @param answer numbers of a regression, or probabilities of the classes
 * @param nanos how long that took
 * @param occasion of the rows
 * @param ends of the intervals around the answer, where the learner has them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
record Predicted(
        int rows,
        double[] inputs,
        double[] answer,
        long nanos,
        Occasion occasion,
        PredictionEvent.@Nullable Ends ends) {

    /** @param began as {@link System#nanoTime} told it */
    static Predicted since(long began, int rows, double[] inputs, double[] answer, Occasion occasion) {
        return new Predicted(rows, inputs, answer, System.nanoTime() - began, occasion, null);
    }

    /** With intervals, if they are known. */
    Predicted within(@Nullable ResidualIntervals known) {
        return known == null || !known.isKnown()
                ? this
                : new Predicted(
                        rows,
                        inputs,
                        answer,
                        nanos,
                        occasion,
                        new PredictionEvent.Ends(known.lower(answer), known.upper(answer)));
    }
}
