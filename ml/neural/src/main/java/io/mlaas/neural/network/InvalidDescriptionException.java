package io.mlaas.neural.network;

/** A network description that cannot be used; the message names the place, what stands there, and what was expected. */
public final class InvalidDescriptionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public InvalidDescriptionException(String message) {
        super(message);
    }

    public InvalidDescriptionException(String message, Throwable cause) {
        super(message, cause);
    }
}
