package io.mlaas.online;

/** Rows that a learner cannot take; the message names the row, the input, the value and what was expected. */
public final class BatchRefused extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public BatchRefused(String message) {
        super(message);
    }
}
