package io.mlaas.federated.secagg;

import org.jspecify.annotations.Nullable;

/** A message or a set of survivors with which this session cannot go on. */
public final class SecAggException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final @Nullable String client;

    SecAggException(@Nullable String client, String message) {
        super(client == null ? message : client + ": " + message);
        this.client = client;
    }

    SecAggException(@Nullable String client, String message, Throwable cause) {
        super(client == null ? message : client + ": " + message, cause);
        this.client = client;
    }

    /** Whose fault it is; null if it is nobody's or the server's. */
    public @Nullable String client() {
        return client;
    }
}
