package io.mlaas.ppfl.client;

/** The data does not fit the federation's network; the message says how, without any of the data but the offending value. */
final class UnfitDataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnfitDataException(String message) {
        super(message);
    }

    UnfitDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
