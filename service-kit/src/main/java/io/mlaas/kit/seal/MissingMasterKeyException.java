package io.mlaas.kit.seal;

/** Secrets are there that none of the configured master keys opens: the service does not start. */
final class MissingMasterKeyException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    MissingMasterKeyException(String message) {
        super(message);
    }
}
