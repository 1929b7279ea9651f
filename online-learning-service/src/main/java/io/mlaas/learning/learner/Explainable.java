package io.mlaas.learning.learner;

import io.mlaas.online.Predictor;
import java.util.UUID;

/**
 * Rows, and the state of a learner whose answers to them are to be explained.
 *
 * @param algorithm of the learner
 * @param rows how many, of {@code inputs}, row after row
 * @param heldBack rows of inputs that the learner has not learned
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
public record Explainable(
        UUID learner,
        String algorithm,
        Predictor predictor,
        ExplainerSettings settings,
        int rows,
        double[] inputs,
        double[][] heldBack) {}
