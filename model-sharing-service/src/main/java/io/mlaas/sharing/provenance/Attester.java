package io.mlaas.sharing.provenance;

import io.mlaas.api.blockchain.Origin;
import io.mlaas.api.sharing.DatasetStatus;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.sharing.registry.Assets;
import io.mlaas.sharing.registry.ModelFacts;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Begins the evidence of assets that came into the state for it. */
@Component
class Attester {
    private static final int AT_ONCE = 100;
    private static final String IMPORTED =
            "It was imported: nobody here saw how it came about (expected: one that was trained, translated or learned here)";

    private static final String EARLIER =
            "It was trained before runs were recorded: nobody noted how it came about (expected: one that was trained since)";

    private final Assets assets;
    private final EvidenceRepository evidence;
    private final TestimonyRepository testimony;

    Attester(Assets assets, EvidenceRepository evidence, TestimonyRepository testimony) {
        this.assets = assets;
        this.evidence = evidence;
        this.testimony = testimony;
    }

    /** @return whether there may be more */
    @Transactional
    public boolean begin() {
        List<EvidenceRepository.Unattested> some = evidence.takeUnattested(AT_ONCE);
        for (EvidenceRepository.Unattested asset : some) {
            switch (asset.kind()) {
                case DATASET -> assets.findDataset(asset.assetId()).ifPresent(this::dataset);
                case MODEL -> assets.findModel(asset.assetId()).ifPresent(model -> model(model, asset.earlier()));
            }
        }
        return some.size() == AT_ONCE;
    }

    private void dataset(DatasetStatus dataset) {
        evidence.begin(new EvidenceRepository.Beginning(
                dataset.organizationId(),
                dataset.datasetId(),
                AssetKind.DATASET,
                EvidenceKind.FILE,
                "",
                EvidenceState.SIGNED,
                dataset.sha256(),
                null));
    }

    private void model(ModelFacts model, boolean earlier) {
        ModelStatus status = model.status();
        evidence.lock(status.modelId());
        begin(status, EvidenceKind.FILE, EvidenceState.SIGNED, status.sha256(), null);
        begin(status, EvidenceKind.SIGNATURE, EvidenceState.DUE, null, null);
        UUID id = status.modelId();
        statement(status, earlier);
        assets.certificateSha256(id)
                .ifPresent(sha256 -> begin(status, EvidenceKind.CERTIFICATE, EvidenceState.SIGNED, sha256, null));
    }

    private void statement(ModelStatus model, boolean earlier) {
        boolean unrecorded = model.origin() == Origin.TRAINED
                && testimony.record(model.modelId()).isEmpty();
        if (model.origin() == Origin.IMPORTED || (unrecorded && earlier)) {
            String reason = unrecorded ? EARLIER : IMPORTED;
            begin(model, EvidenceKind.STATEMENT, EvidenceState.NONE, null, reason);
            begin(model, EvidenceKind.COMMITMENTS, EvidenceState.NONE, null, reason);
        } else {
            EvidenceState state = unrecorded ? EvidenceState.WAITING : EvidenceState.DUE;
            begin(model, EvidenceKind.STATEMENT, state, null, null);
            begin(model, EvidenceKind.COMMITMENTS, EvidenceState.WAITING, null, null);
        }
    }

    private void begin(
            ModelStatus model,
            EvidenceKind kind,
            EvidenceState state,
            @Nullable String digest,
            @Nullable String reason) {
        evidence.begin(new EvidenceRepository.Beginning(
                model.organizationId(), model.modelId(), AssetKind.MODEL, kind, "", state, digest, reason));
    }
}
