package io.mlaas.learning.learner;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a learner answered to rows.
 *
 * @param answer numbers of a regression, or probabilities of the classes
 * @param nanos how long that took
 * @param at when what it was asked about happened, where that is known
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
record Predicted(
        int rows,
        double[] inputs,
        double[] answer,
        long nanos,
        @Nullable Instant at) {

    /** @param began as {@link System#nanoTime} told it */
    static Predicted since(long began, int rows, double[] inputs, double[] answer, @Nullable Instant at) {
        return new Predicted(rows, inputs, answer, System.nanoTime() - began, at);
    }
}
