package io.mlaas.sharing.registry;

import io.mlaas.sharing.grant.AssetKind;
import io.mlaas.sharing.grant.Grant;
import io.mlaas.sharing.grant.Permission;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A grant, as both sides see it.
 *
 * @param organizationId the company that received it
 */
record GrantView(
        UUID assetId,
        AssetKind kind,
        UUID ownerId,
        UUID organizationId,
        List<Permission> permissions,
        Instant grantedAt) {

    static GrantView of(Grant grant) {
        return new GrantView(
                grant.assetId(),
                grant.kind(),
                grant.ownerId(),
                grant.granteeId(),
                grant.permissions().stream().sorted().toList(),
                grant.grantedAt());
    }
}
