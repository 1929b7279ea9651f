package io.mlaas.ppfl.federation;

/** Where the clients are. */
public enum FederationMode {
    /** The platform plays them. */
    SIMULATION,
    /** They join from their owners' premises. */
    REAL
}
