package io.mlaas.federated.aggregation;

/** An update that must not reach the model; the message says why and what was expected. */
public final class RefusedUpdateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String client;
    private final String reason;

    public RefusedUpdateException(String client, String reason) {
        super(client + ": " + reason);
        this.client = client;
        this.reason = reason;
    }

    /** Whose update it was. */
    public String client() {
        return client;
    }

    public String reason() {
        return reason;
    }
}
