package io.mlaas.learning.log;

/** The log cannot be written now. */
public final class LogAwayException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LogAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
