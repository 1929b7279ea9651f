package io.mlaas.ppfl.protocol.message;

/** The other side said something that the protocol does not allow; the message tells what. */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }
}
