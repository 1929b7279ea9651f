package io.mlaas.contracts;

/** The chain answered, but not what it should have: a wrong node, a wrong address, or a refusal. */
public class ChainException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ChainException(String message) {
        super(message);
    }

    public ChainException(String message, Throwable cause) {
        super(message, cause);
    }
}
