package io.mlaas.sharing.provenance;

import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.registry.Assets;
import io.mlaas.sharing.registry.ModelFacts;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes the verdicts of reproductions, each once, and has them signed and anchored. */
@Component
class Reproductions {
    private final Assets assets;
    private final EvidenceRepository evidence;
    private final EvidenceRelay relay;
    private final TestimonyRepository testimony;
    private final TransactionTemplate transactions;

    Reproductions(
            Assets assets,
            EvidenceRepository evidence,
            EvidenceRelay relay,
            TestimonyRepository testimony,
            PlatformTransactionManager transactions) {
        this.assets = assets;
        this.evidence = evidence;
        this.relay = relay;
        this.testimony = testimony;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** Repeating it with the same content changes nothing. */
    void take(UUID modelId, UUID reproductionId, ReproductionVerdict verdict, Caller caller) {
        ModelFacts model = assets.model(modelId, caller);
        Optional<ReproductionVerdict> known = testimony.verdict(reproductionId);
        if (known.isEmpty()) {
            requireTrue(model, reproductionId, verdict);
            transactions.executeWithoutResult(status -> begin(model.status(), verdict));
            relay.wake();
            known = testimony.verdict(reproductionId);
        }
        if (!known.orElseThrow().equals(verdict)) {
            throw ProvenanceProblem.VERDICT_CONFLICT.because("reproduction_id: %s came out %s, with other members"
                    .formatted(reproductionId, known.get().outcome()));
        }
    }

    /** Newest first. */
    List<Reproduction> of(UUID modelId) {
        return testimony.verdicts(modelId).stream()
                .map(received -> new Reproduction(
                        received.verdict(),
                        received.at(),
                        evidence.find(
                                        modelId,
                                        EvidenceKind.VERDICT,
                                        received.verdict().reproductionId().toString())
                                .orElse(null)))
                .toList();
    }

    private void begin(ModelStatus model, ReproductionVerdict verdict) {
        if (testimony.insert(model, verdict)) {
            evidence.begin(new EvidenceRepository.Beginning(
                    model.organizationId(),
                    model.modelId(),
                    AssetKind.MODEL,
                    EvidenceKind.VERDICT,
                    verdict.reproductionId().toString(),
                    EvidenceState.DUE,
                    null,
                    null));
        }
    }

    private static void requireTrue(ModelFacts model, UUID reproductionId, ReproductionVerdict verdict) {
        ModelStatus status = model.status();
        new Compared(ProvenanceProblem.VERDICT_REFUSED)
                .there("outcome", verdict.outcome())
                .there("summary", verdict.summary())
                .there("runs", verdict.runs())
                .there("metrics", verdict.metrics())
                .there("causes", verdict.causes())
                .there("limits", verdict.limits())
                .there("started_at", verdict.startedAt())
                .there("finished_at", verdict.finishedAt())
                .member("reproduction_id", verdict.reproductionId(), reproductionId)
                .member("model_id", verdict.modelId(), status.modelId())
                .member("owner_id", verdict.ownerId(), status.organizationId())
                .member("expected", verdict.expected(), status.sha256())
                .member(
                        "image_sha256",
                        verdict.imageSha256(),
                        model.image() == null ? null : model.image().sha256());
    }
}
