package io.mlaas.sharing.provenance;

import io.mlaas.api.blockchain.Origin;
import io.mlaas.api.sharing.DatasetStatus;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.api.sharing.TrainingRecord;
import io.mlaas.kit.security.Caller;
import io.mlaas.sharing.credential.JobCredentials;
import io.mlaas.sharing.registry.Assets;
import io.mlaas.sharing.registry.ModelFacts;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes what the training service saw of a run, once, and only if the registry and the chain say the same of everything
 * that they know: what is signed later was seen by two.
 */
@Component
class TrainingRecords {
    private static final int NO_RESULT_YET_SECONDS = 5;

    private final Assets assets;
    private final JobCredentials jobs;
    private final EvidenceRepository evidence;
    private final EvidenceRelay relay;
    private final TestimonyRepository testimony;
    private final TransactionTemplate transactions;

    TrainingRecords(
            Assets assets,
            JobCredentials jobs,
            EvidenceRepository evidence,
            EvidenceRelay relay,
            TestimonyRepository testimony,
            PlatformTransactionManager transactions) {
        this.assets = assets;
        this.jobs = jobs;
        this.evidence = evidence;
        this.relay = relay;
        this.testimony = testimony;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** Repeating it with the same content changes nothing. */
    void take(UUID modelId, TrainingRecord record, Caller caller) {
        ModelFacts model = assets.ownModel(modelId, caller);
        Optional<TrainingRecord> known = testimony.record(modelId);
        if (known.isEmpty()) {
            requireTrue(model, record);
            transactions.executeWithoutResult(status -> {
                evidence.lock(modelId);
                if (testimony.insert(record)) {
                    evidence.due(modelId, EvidenceKind.STATEMENT);
                    evidence.waits(modelId, EvidenceKind.COMMITMENTS);
                }
            });
            relay.wake();
            known = testimony.record(modelId);
        }
        if (!known.orElseThrow().equals(record)) {
            throw ProvenanceProblem.TRAINING_RECORD_CONFLICT.because(
                    "model_id: %s has the record of run %d of job %s with other members"
                            .formatted(modelId, known.get().run(), known.get().jobId()));
        }
    }

    private void requireTrue(ModelFacts model, TrainingRecord record) {
        ModelStatus status = model.status();
        requireWhole(record);
        Compared members = new Compared(ProvenanceProblem.TRAINING_RECORD_REFUSED)
                .member("model_id", record.modelId(), status.modelId())
                .member("organization_id", record.organizationId(), status.organizationId())
                .member("origin", status.origin(), Origin.TRAINED);
        if (status.sha256() == null) {
            throw ProvenanceProblem.EVIDENCE_NOT_READY.retryAfter(
                    NO_RESULT_YET_SECONDS, "Model %s has no result yet.".formatted(status.modelId()));
        }
        members.member("result.sha256", record.result().sha256(), status.sha256())
                .member("result.size_bytes", record.result().sizeBytes(), status.sizeBytes());
        requireInputs(members, model, record);
        if (!jobs.isIssued(status.modelId(), record.jobId())) {
            throw ProvenanceProblem.TRAINING_RECORD_REFUSED.because(
                    "job_id: %s (expected: the job that was given the model's credential)".formatted(record.jobId()));
        }
        assets.differenceFromChain(status.modelId()).ifPresent(difference -> {
            throw ProvenanceProblem.TRAINING_RECORD_REFUSED.because("model_id: " + difference);
        });
    }

    private static void requireWhole(TrainingRecord record) {
        Compared members = new Compared(ProvenanceProblem.TRAINING_RECORD_REFUSED)
                .there("job_id", record.jobId())
                .there("runner", record.runner())
                .there("image", record.image())
                .there("datasets", record.datasets())
                .there("parameters", record.parameters())
                .there("environment", record.environment())
                .there("seeds", record.seeds())
                .there("libraries", record.libraries())
                .there("result", record.result())
                .there("started_at", record.startedAt())
                .there("finished_at", record.finishedAt());
        if (record.finishedAt().isBefore(record.startedAt())) {
            members.member("finished_at", record.finishedAt(), "not before " + record.startedAt());
        }
        if (record.run() < 1) {
            members.member("run", record.run(), ">= 1");
        }
    }

    private void requireInputs(Compared members, ModelFacts model, TrainingRecord record) {
        ModelFacts.Image image = Objects.requireNonNull(model.image());
        members.member("image.reference", record.image().reference(), image.reference())
                .member("image.sha256", record.image().sha256(), image.sha256());
        List<TrainingRecord.Dataset> datasets = record.datasets();
        members.member("datasets", datasets.size() + " of them", "1 of them");
        DatasetStatus dataset = assets.findDataset(
                        Objects.requireNonNull(model.status().datasetId()))
                .orElseThrow();
        members.member("datasets[0].id", datasets.getFirst().id(), dataset.datasetId())
                .member("datasets[0].sha256", datasets.getFirst().sha256(), dataset.sha256());
        members.member(
                        "definition.sha256",
                        definition(record),
                        model.definition() == null ? null : model.definition().sha256())
                .member("parameters", record.parameters(), model.params());
    }

    private static @Nullable String definition(TrainingRecord record) {
        return record.definition() == null ? null : record.definition().sha256();
    }
}
