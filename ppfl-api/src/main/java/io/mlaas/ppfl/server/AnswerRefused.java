package io.mlaas.ppfl.server;

/** A client's answer cannot be used; the message names what is wrong with it. */
final class AnswerRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AnswerRefused(String message) {
        super(message);
    }

    AnswerRefused(String message, Throwable cause) {
        super(message, cause);
    }
}
