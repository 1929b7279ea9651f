package io.mlaas.ppfl.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of the copy of a model.
 *
 * @param state WAITING for the model, DUE, DELIVERED, FAILED, or DROPPED with its federation
 * @param reason why it failed, or is tried again
 * @param sha256 of what was read back from the bucket
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeliveryStatus(
        String endpoint,
        String bucket,
        String object,
        String state,
        @Nullable String reason,
        int attempts,
        @Nullable String sha256,
        @Nullable Long sizeBytes,
        @Nullable Instant endedAt) {}
