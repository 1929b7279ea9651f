package io.mlaas.blockchain.directory;

/** The service cannot work with the chain it is given, and stops. */
final class ChainStartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String remedy;

    ChainStartException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    ChainStartException(String message, String remedy, Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
