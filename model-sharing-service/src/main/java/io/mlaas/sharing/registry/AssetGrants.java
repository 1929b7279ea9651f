package io.mlaas.sharing.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.sharing.grant.Grant;
import io.mlaas.sharing.grant.GrantChange;
import io.mlaas.sharing.grant.Permission;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The grants on an asset.
 *
 * @param history the latest change first
 */
record AssetGrants(List<GrantView> grants, List<Change> history) {

    /** @param changedBy subject of who changed it, for the owner's company only */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Change(
            UUID organizationId,
            String change,
            List<Permission> permissions,
            @Nullable String changedBy,
            Instant changedAt) {}

    static AssetGrants of(List<Grant> grants, List<GrantChange> history, boolean toOwner) {
        return new AssetGrants(
                grants.stream().map(GrantView::of).toList(),
                history.stream()
                        .map(change -> new Change(
                                change.granteeId(),
                                change.change(),
                                change.permissions().stream().sorted().toList(),
                                toOwner ? change.changedBy() : null,
                                change.changedAt()))
                        .toList());
    }
}
