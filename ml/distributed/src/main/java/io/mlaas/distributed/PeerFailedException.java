package io.mlaas.distributed;

/** A collective cannot be finished; the message names the rank that is gone or late. The group is of no more use. */
public final class PeerFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PeerFailedException(String message) {
        super(message);
    }
}
