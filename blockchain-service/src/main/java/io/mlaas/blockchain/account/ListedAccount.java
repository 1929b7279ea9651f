package io.mlaas.blockchain.account;

import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An account, for people.
 *
 * @param organizationId who acts through it; the platform itself for the registrar's
 */
public record ListedAccount(
        String address,
        UUID organizationId,
        AccountState state,
        OffsetDateTime createdAt,
        @Nullable OffsetDateTime retiredAt) {}
