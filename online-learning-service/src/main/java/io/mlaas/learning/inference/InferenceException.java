package io.mlaas.learning.inference;

/** An inference request that says what cannot be; answered in the protocol's own form. */
final class InferenceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    InferenceException(String message) {
        super(message);
    }
}
