package io.mlaas.contracts;

/** The node did not answer; asking again later may help. */
public final class ChainUnreachableException extends ChainException {
    private static final long serialVersionUID = 1;

    public ChainUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
