package io.mlaas.sharing.registry;

import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.grant.AssetKind;
import io.mlaas.sharing.grant.Grants;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Gives and revokes grants; the asset stays locked meanwhile, so that none is given on one that is being deleted. */
@Component
class Sharing {
    private final Access access;
    private final DatasetRepository datasets;
    private final ModelRepository models;
    private final Grants grants;

    Sharing(Access access, DatasetRepository datasets, ModelRepository models, Grants grants) {
        this.access = access;
        this.datasets = datasets;
        this.models = models;
        this.grants = grants;
    }

    @Transactional
    public Grants.Given grantDataset(UUID id, UUID granteeId, GrantRequest request, Caller caller) {
        access.ownDataset(id, caller);
        Dataset dataset = datasets.findLocked(id).orElseThrow();
        dataset.requireThere();
        return give(id, AssetKind.DATASET, dataset.organizationId(), granteeId, request, caller);
    }

    @Transactional
    public Grants.Given grantModel(UUID id, UUID granteeId, GrantRequest request, Caller caller) {
        access.ownModel(id, caller);
        Model model = models.findLocked(id).orElseThrow();
        model.requireThere();
        return give(id, AssetKind.MODEL, model.organizationId(), granteeId, request, caller);
    }

    private Grants.Given give(
            UUID id, AssetKind kind, UUID ownerId, UUID granteeId, GrantRequest request, Caller caller) {
        if (granteeId.equals(ownerId)) {
            throw PlatformProblem.INVALID_REQUEST.because(
                    "organization_id: %s (expected: another company than the owner)".formatted(granteeId));
        }
        return grants.give(id, kind, ownerId, granteeId, request.wanted(), caller.subject());
    }

    @Transactional
    public void revokeDataset(UUID id, UUID granteeId, Caller caller) {
        access.ownDataset(id, caller);
        revoke(id, granteeId, caller);
    }

    @Transactional
    public void revokeModel(UUID id, UUID granteeId, Caller caller) {
        access.ownModel(id, caller);
        revoke(id, granteeId, caller);
    }

    private void revoke(UUID id, UUID granteeId, Caller caller) {
        if (!grants.revoke(id, granteeId, caller.subject())) {
            throw RegistryProblem.UNKNOWN_GRANT.because("organization_id: %s on %s".formatted(granteeId, id));
        }
    }

    AssetGrants ofDataset(UUID id, Caller caller) {
        return of(id, access.dataset(id, caller).organizationId(), caller);
    }

    AssetGrants ofModel(UUID id, Caller caller) {
        return of(id, access.model(id, caller).organizationId(), caller);
    }

    private AssetGrants of(UUID id, UUID ownerId, Caller caller) {
        boolean owner = caller.isPlatform() || ownerId.equals(caller.organizationId());
        UUID grantee = owner ? null : caller.organizationId();
        return AssetGrants.of(grants.ofAsset(id, grantee), grants.history(id, grantee), owner);
    }
}
