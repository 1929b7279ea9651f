package io.mlaas.profile;

/** Bytes that are no profile, or that were changed since they were written. */
public final class ProfileFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ProfileFormatException(String message) {
        super(message);
    }

    ProfileFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
