package io.mlaas.explanation;

/** The model, or what is asked of it, cannot be explained; the message says why, and what was expected. */
public final class ExplanationRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ExplanationRefused(String message) {
        super(message);
    }
}
