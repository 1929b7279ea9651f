package io.mlaas.sharing.grant;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * A line of an asset's history of grants.
 *
 * @param change {@code GRANTED} or {@code REVOKED}
 * @param permissions that were granted, or were until then
 * @param changedBy subject of the caller
 */
public record GrantChange(
        UUID granteeId, String change, Set<Permission> permissions, String changedBy, Instant changedAt) {
    public GrantChange {
        permissions = Set.copyOf(permissions);
    }
}
