package io.mlaas.learning.learner;

/**
 * What a learner answered to rows.
 *
 * @param answer numbers of a regression, or probabilities of the classes
 * @param nanos how long that took
 * @param occasion of the rows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
record Predicted(int rows, double[] inputs, double[] answer, long nanos, Occasion occasion) {

    /** @param began as {@link System#nanoTime} told it */
    static Predicted since(long began, int rows, double[] inputs, double[] answer, Occasion occasion) {
        return new Predicted(rows, inputs, answer, System.nanoTime() - began, occasion);
    }
}
