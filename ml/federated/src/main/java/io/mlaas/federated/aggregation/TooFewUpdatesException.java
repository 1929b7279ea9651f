package io.mlaas.federated.aggregation;

/** A strategy's promise needs more clients than have sent an update. */
public final class TooFewUpdatesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TooFewUpdatesException(String strategy, int updates, int least) {
        super(strategy + ": " + updates + " updates (expected: >= " + least + ")");
    }
}
