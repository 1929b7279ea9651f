package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.DatasetStatus;
import io.mlaas.sharing.artifact.Artifact;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** @param registeredBy subject of the caller who registered it */
record Dataset(
        UUID id,
        UUID organizationId,
        String registeredBy,
        DatasetState state,
        @Nullable String reason,
        Artifact artifact,
        String samplesDimension,
        @Nullable Long sampleNum,
        Map<String, Object> metadata,
        @Nullable String contractAddress,
        Instant createdAt,
        Label label) {

    DatasetStatus toApi() {
        return new DatasetStatus(
                id,
                organizationId,
                state.name(),
                reason,
                samplesDimension,
                sampleNum,
                metadata,
                contractAddress,
                artifact.fileName(),
                artifact.mediaType(),
                artifact.sha256(),
                artifact.sizeBytes(),
                createdAt,
                label.name(),
                label.version(),
                label.description(),
                label.tags());
    }

    /** Its contract's address, or the problem that it has none yet. */
    String anchoredAt() {
        return Anchored.address(id, contractAddress, state == DatasetState.FAILED, reason);
    }

    void requireThere() {
        if (state == DatasetState.DELETED) {
            throw RegistryProblem.ASSET_DELETED.because("dataset_id: " + id);
        }
    }

    void requireIntact() {
        if (state == DatasetState.QUARANTINED) {
            throw Anchored.quarantined(id, reason);
        }
    }

    /** Refuses a dataset that cannot be trained on. */
    void requireUsable() {
        switch (state) {
            case REGISTERED -> {}
            case PENDING ->
                throw RegistryProblem.DATASET_NOT_USABLE.retryAfter(
                        5, "dataset_id: %s is PENDING (expected: REGISTERED)".formatted(id));
            case FAILED, QUARANTINED, DELETED ->
                throw RegistryProblem.DATASET_NOT_USABLE.because(
                        "dataset_id: %s is %s (expected: REGISTERED)".formatted(id, state));
        }
    }
}
