package io.mlaas.api.sharing;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.api.blockchain.Origin;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A model as the registry sees it.
 *
 * @param status {@code PENDING} (contract not mined yet), {@code REGISTERED} (waits for training), {@code TRAINING},
 *     {@code STORED} (result stored, not yet verified on chain), {@code TRAINED}, {@code FAILED}, {@code CANCELLED},
 *     {@code QUARANTINED}
 * @param origin whether it was trained here, imported (its training was not witnessed), translated, or learned from a stream
 * @param datasetId what it was trained on, like {@code trainImage} absent for an imported model
 * @param format {@code torchscript}, {@code onnx}, … once there is a result
 * @param sourceModelId what it was translated from, or what its learner began with
 * @param learnerId the learner that it is a snapshot of, like its number there absent for all others
 * @param version of the name, 1 for the first asset that was registered under it; absent without a name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelStatus(
        UUID modelId,
        UUID organizationId,
        UUID developerId,
        Origin origin,
        @Nullable UUID datasetId,
        String status,
        @Nullable String reason,
        @Nullable String trainImage,
        @Nullable String contractAddress,
        @Nullable String format,
        @Nullable String fileName,
        @Nullable String sha256,
        @Nullable Long sizeBytes,
        @Nullable UUID sourceModelId,
        Instant createdAt,
        @Nullable Instant trainedAt,
        @Nullable String name,
        @Nullable Integer version,
        @Nullable String description,
        Map<String, String> tags,
        @Nullable UUID learnerId,
        @Nullable Long snapshot) {}
