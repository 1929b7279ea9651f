package io.mlaas.ppfl.protocol.identity;

/** A kit, request or certificate that cannot be accepted; the message says which value was wrong and what was expected. */
public final class IdentityException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public IdentityException(String message) {
        super(message);
    }

    public IdentityException(String message, Throwable cause) {
        super(message, cause);
    }
}
