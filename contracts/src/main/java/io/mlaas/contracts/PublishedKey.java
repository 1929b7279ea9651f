package io.mlaas.contracts;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key that signs, or signed, for an organization.
 *
 * @param organizationId absent for the platform
 * @param fingerprint SHA-256 of the public key, 64 lower-case hexadecimal digits
 * @param revokedAt absent while the key is good
 */
public record PublishedKey(
        @Nullable UUID organizationId,
        String fingerprint,
        Instant publishedAt,
        @Nullable Instant revokedAt) {}
