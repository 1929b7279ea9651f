package io.mlaas.kit.security;

/** A bearer credential of a service's own, beside JWTs (a training job's, say). */
public interface OpaqueCredential {

    /** Whether this token is of this kind, by its form alone. */
    boolean recognises(String token);

    /**
     * The caller behind it.
     *
     * @throws org.springframework.security.core.AuthenticationException if it is unknown, expired or used up
     */
    Caller authenticate(String token);
}
