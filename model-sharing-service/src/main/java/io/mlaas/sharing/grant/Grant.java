package io.mlaas.sharing.grant;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** What one company, the owner, lets another one, the grantee, do with an asset. */
public record Grant(
        UUID id,
        UUID assetId,
        AssetKind kind,
        UUID ownerId,
        UUID granteeId,
        Set<Permission> permissions,
        Instant grantedAt) {
    public Grant {
        permissions = Set.copyOf(permissions);
    }
}
