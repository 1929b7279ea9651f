package io.mlaas.api.blockchain;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The public part of a key that signs evidence.
 *
 * @param keyId SHA-256 of its PEM, in hexadecimal
 * @param publicKey the SubjectPublicKeyInfo as PEM
 * @param revokedAt since when it signs nothing new; what it signed before stays good
 * @param publishedIn the transaction that put its fingerprint on the chain, as soon as there is one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SigningKey(
        String keyId,
        String publicKey,
        Instant createdAt,
        @Nullable Instant revokedAt,
        @Nullable String publishedIn) {}
