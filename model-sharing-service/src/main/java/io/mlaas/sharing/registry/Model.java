package io.mlaas.sharing.registry;

import io.mlaas.api.blockchain.Origin;
import io.mlaas.api.sharing.ModelStatus;
import io.mlaas.sharing.artifact.Artifact;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * @param registeredBy subject of the caller who registered it
 * @param datasetId what it was trained on, like {@code trainImage} null for an imported model
 * @param definition the uploaded architecture file
 * @param result what training or translation made, or what was imported
 * @param sourceModelId what it was translated from, or what its learner began with
 * @param jobId the training job that was heard of last
 */
record Model(
        UUID id,
        UUID organizationId,
        UUID developerId,
        String registeredBy,
        @Nullable UUID datasetId,
        ModelState state,
        @Nullable String reason,
        @Nullable TrainImageReference trainImage,
        Map<String, String> params,
        Map<String, Object> metadata,
        @Nullable Artifact definition,
        @Nullable Artifact result,
        @Nullable String format,
        @Nullable UUID sourceModelId,
        @Nullable String contractAddress,
        @Nullable UUID jobId,
        Instant createdAt,
        @Nullable Instant trainedAt,
        Label label,
        @Nullable Snapshot snapshot) {
    private static final int TRY_AGAIN_SECONDS = 10;

    /** Of which learner it is a snapshot, and which one of it. */
    record Snapshot(UUID learnerId, long number) {}

    /** @param sha256 digest of the image's content, as the contract records it; of a learner, of its document */
    record TrainImageReference(String reference, String sha256, String md5) {}

    ModelStatus toApi() {
        return new ModelStatus(
                id,
                organizationId,
                developerId,
                origin(),
                datasetId,
                state.name(),
                reason,
                trainImage == null ? null : trainImage.reference(),
                contractAddress,
                format,
                result == null ? null : result.fileName(),
                result == null ? null : result.sha256(),
                result == null ? null : result.sizeBytes(),
                sourceModelId,
                createdAt,
                origin() == Origin.IMPORTED ? null : trainedAt,
                label.name(),
                label.version(),
                label.description(),
                label.tags(),
                snapshot == null ? null : snapshot.learnerId(),
                snapshot == null ? null : snapshot.number());
    }

    Origin origin() {
        if (snapshot != null) {
            return Origin.LEARNED;
        }
        if (sourceModelId != null) {
            return Origin.TRANSLATED;
        }
        return trainImage == null ? Origin.IMPORTED : Origin.TRAINED;
    }

    void requireThere() {
        if (state == ModelState.DELETED) {
            throw RegistryProblem.ASSET_DELETED.because("model_id: " + id);
        }
    }

    String anchoredAt() {
        return Anchored.address(id, contractAddress, state == ModelState.FAILED, reason);
    }

    /** The verified result, or the problem that there is none to give. */
    Artifact trainedResult() {
        return switch (state) {
            case PENDING, REGISTERED, TRAINING, STORED -> throw notTrainedYet();
            case FAILED, CANCELLED ->
                throw RegistryProblem.TRAINING_FAILED.because("Model %s: %s"
                        .formatted(
                                id,
                                reason == null
                                        ? "its training was " + state.name().toLowerCase(Locale.ROOT)
                                        : reason));
            case DELETED -> throw RegistryProblem.ASSET_DELETED.because("model_id: " + id);
            case QUARANTINED -> throw Anchored.quarantined(id, reason);
            case TRAINED -> {
                if (result == null) {
                    throw new IllegalStateException("model " + id + " is TRAINED without a result");
                }
                yield result;
            }
        };
    }

    private RuntimeException notTrainedYet() {
        return RegistryProblem.NOT_TRAINED_YET.retryAfter(
                TRY_AGAIN_SECONDS, "Model %s has not been trained yet. Please, try again later.".formatted(id));
    }

    /** Refuses the result of a job that is over or of a model that has one. */
    void requireTakesResultOf(UUID job) {
        boolean over = (state == ModelState.FAILED || state == ModelState.CANCELLED) && job.equals(jobId);
        if (over) {
            throw RegistryProblem.JOB_OVER.because("Model %s: its job is %s.".formatted(id, state));
        }
        requireUntrained();
    }

    /** Refuses a model that has a result, or cannot have one. */
    void requireUntrained() {
        requireThere();
        if (!state.open() || result != null) {
            throw RegistryProblem.RESULT_ALREADY_REGISTERED.because(
                    "Model %s is %s (expected: REGISTERED or TRAINING)".formatted(id, state));
        }
    }
}
