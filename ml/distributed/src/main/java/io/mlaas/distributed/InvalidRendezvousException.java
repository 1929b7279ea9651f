package io.mlaas.distributed;

/** The environment does not describe a process group; the message names the variable, its value and what was expected. */
public final class InvalidRendezvousException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public InvalidRendezvousException(String message) {
        super(message);
    }

    InvalidRendezvousException(String message, Throwable cause) {
        super(message, cause);
    }
}
