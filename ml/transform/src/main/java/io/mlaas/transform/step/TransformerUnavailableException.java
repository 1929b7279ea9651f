package io.mlaas.transform.step;

/** A transformer elsewhere did not answer. Nothing has changed: the same message may be given again later. */
public final class TransformerUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TransformerUnavailableException(String message) {
        super(message);
    }

    TransformerUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
