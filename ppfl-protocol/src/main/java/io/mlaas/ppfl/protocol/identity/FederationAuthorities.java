package io.mlaas.ppfl.protocol.identity;

import java.math.BigInteger;
import java.util.Optional;

/** What the server knows of its federations when somebody connects. Both are asked often: keep them in memory. */
public interface FederationAuthorities {

    Optional<FederationAuthority> find(String federation);

    boolean revoked(String federation, BigInteger serial);

    /** Somebody was turned away before any call; for the log and the participant's row. */
    default void refused(String subject, String reason) {}
}
