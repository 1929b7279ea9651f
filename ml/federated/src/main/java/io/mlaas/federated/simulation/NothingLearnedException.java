package io.mlaas.federated.simulation;

/** No round had enough updates to change the model: it is the one that was drawn at the beginning. */
public final class NothingLearnedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NothingLearnedException(String message) {
        super(message);
    }
}
