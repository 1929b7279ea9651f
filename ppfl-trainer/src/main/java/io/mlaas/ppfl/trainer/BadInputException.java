package io.mlaas.ppfl.trainer;

/** What was given to the job cannot be run; the message tells its author what to change. */
final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadInputException(String message) {
        super(message);
    }

    BadInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
