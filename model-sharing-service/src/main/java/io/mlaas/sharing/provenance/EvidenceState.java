package io.mlaas.sharing.provenance;

/** How far a piece of evidence has come. */
public enum EvidenceState {
    /** for facts that are to come */
    WAITING,
    /** to be composed */
    DUE,
    /** to be signed, exactly as it is */
    COMPOSED,
    /** to be anchored */
    SIGNED,
    /** blockchain-service has its digest */
    SUBMITTED,
    ANCHORED,
    /** there is nothing to say; the reason says why */
    NONE,
    /** it will never be signed or anchored; the reason says why */
    REFUSED;

    /** Whether its bytes and its digest are there. */
    public boolean hasContent() {
        return switch (this) {
            case SIGNED, SUBMITTED, ANCHORED -> true;
            case WAITING, DUE, COMPOSED, NONE, REFUSED -> false;
        };
    }
}
