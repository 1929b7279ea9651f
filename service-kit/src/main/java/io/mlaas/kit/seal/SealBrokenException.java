package io.mlaas.kit.seal;

/** A sealed secret does not open: another master key, or an altered row. */
public final class SealBrokenException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    SealBrokenException(String message) {
        super(message);
    }
}
