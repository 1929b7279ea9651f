package io.mlaas.blockchain.account;

/** A sealed key does not open: another master key, or an altered row. */
public final class SealBrokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SealBrokenException(String message) {
        super(message);
    }

    SealBrokenException(String message, Throwable cause) {
        super(message, cause);
    }
}
