package io.mlaas.neural.training;

/** The loss became infinite or not a number. */
public final class TrainingDivergedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TrainingDivergedException(String message) {
        super(message);
    }
}
