package io.mlaas.online.tensorflow;

/** An archive that is not taken; says why. */
final class SavedModelRefused extends Exception {
    private static final long serialVersionUID = 1;

    SavedModelRefused(String message) {
        super(message);
    }

    SavedModelRefused(String message, Exception cause) {
        super(message, cause);
    }
}
