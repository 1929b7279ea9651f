package io.mlaas.api.sharing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dataset as the registry sees it.
 *
 * @param status {@code PENDING} (contract not mined yet), {@code REGISTERED}, {@code FAILED}, {@code QUARANTINED}
 * @param metadata as it was registered, with whatever else its owner put there
 * @param version of the name, 1 for the first asset that was registered under it; absent without a name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DatasetStatus(
        UUID datasetId,
        UUID organizationId,
        String status,
        @Nullable String reason,
        String samplesDimension,
        @Nullable Long sampleNum,
        Map<String, Object> metadata,
        @Nullable String contractAddress,
        String fileName,
        String mediaType,
        String sha256,
        long sizeBytes,
        Instant createdAt,
        @Nullable String name,
        @Nullable Integer version,
        @Nullable String description,
        Map<String, String> tags) {}
