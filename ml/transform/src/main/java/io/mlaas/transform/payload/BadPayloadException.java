package io.mlaas.transform.payload;

/** A payload that cannot be read; the message is the reason for the dead-letter topic. */
public final class BadPayloadException extends Exception {
    private static final long serialVersionUID = 1;

    public BadPayloadException(String reason) {
        super(reason);
    }

    public BadPayloadException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
