package io.mlaas.blockchain.rotation;

import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of one account by another.
 *
 * @param organizationId whose account; the platform itself for the registrar's
 * @param step what is to be done next
 * @param problem why that could not be done the last time it was tried; it is tried again
 */
record KeyRotation(
        UUID id,
        UUID organizationId,
        String oldAddress,
        String newAddress,
        RotationStep step,
        String requestedBy,
        @Nullable String problem,
        OffsetDateTime startedAt,
        @Nullable OffsetDateTime finishedAt) {}
