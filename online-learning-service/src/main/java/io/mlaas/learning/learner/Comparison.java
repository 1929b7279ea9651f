package io.mlaas.learning.learner;

import org.jspecify.annotations.Nullable;

/**
 * A learner beside the model that it had stored, on the same rows that neither has learned.
 *
 * @param number counted from 1
 * @param logOffset the entry after which it was made
 * @param storedLoss absent when nothing was stored yet
 * @param state of the model that is stored from now on, where it was taken
 * @param file what the registry is to have of it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
record Comparison(
        long number,
        long logOffset,
        Outcome outcome,
        double loss,
        @Nullable Double storedLoss,
        long learned,
        String reason,
        String sha256,
        byte @Nullable [] state,
        byte @Nullable [] file) {

    /** Whether the file is another thing than the state: a TorchScript archive. */
    boolean isArchive() {
        return file != state;
    }

    enum Outcome {
        /** better by the set part: stored */
        TAKEN,
        /** not better by so much: the stored model stays */
        KEPT,
        /** worse by so much: the learner is the stored model again */
        ROLLED_BACK
    }
}
