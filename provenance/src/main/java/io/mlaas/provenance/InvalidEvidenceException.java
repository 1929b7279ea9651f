package io.mlaas.provenance;

/** A piece of evidence is not what it says to be, or not what it has to be. The message names what is wrong, and where. */
public final class InvalidEvidenceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public InvalidEvidenceException(String message) {
        super(message);
    }

    public InvalidEvidenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
