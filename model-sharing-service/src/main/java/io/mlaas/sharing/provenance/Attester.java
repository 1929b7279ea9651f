package io.mlaas.sharing.provenance;

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
                case MODEL -> assets.findModel(asset.assetId()).ifPresent(this::model);
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

    private void model(ModelFacts model) {
        ModelStatus status = model.status();
        evidence.lock(status.modelId());
        begin(status, EvidenceKind.FILE, EvidenceState.SIGNED, status.sha256(), null);
        begin(status, EvidenceKind.SIGNATURE, EvidenceState.DUE, null, null);
        EvidenceState statement =
                switch (status.origin()) {
                    case TRAINED ->
                        testimony.record(status.modelId()).isPresent() ? EvidenceState.DUE : EvidenceState.WAITING;
                    case TRANSLATED, LEARNED -> EvidenceState.DUE;
                    case IMPORTED -> EvidenceState.NONE;
                };
        boolean none = statement == EvidenceState.NONE;
        begin(status, EvidenceKind.STATEMENT, statement, null, none ? IMPORTED : null);
        begin(
                status,
                EvidenceKind.COMMITMENTS,
                none ? EvidenceState.NONE : EvidenceState.WAITING,
                null,
                none ? IMPORTED : null);
        UUID id = status.modelId();
        assets.certificateSha256(id)
                .ifPresent(sha256 -> begin(status, EvidenceKind.CERTIFICATE, EvidenceState.SIGNED, sha256, null));
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
