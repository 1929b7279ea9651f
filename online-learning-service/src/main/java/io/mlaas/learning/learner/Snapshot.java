package io.mlaas.learning.learner;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A comparison as it is told.
 *
 * @param number counted from 1
 * @param position of the entry of the log after which it was made
 * @param loss of the learner, on rows that it has not learned
 * @param storedLoss of the model that was stored, on the same rows
 * @param sha256 of the learner's state after it
 * @param modelId of what was taken, in the registry
 * @param registration of what was taken: it waits for the registry or the chain, is registered, or was refused
 * @param registrationReason why it waits or was refused
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Snapshot(
        long number,
        long position,
        Comparison.Outcome outcome,
        double loss,
        @Nullable Double storedLoss,
        long learned,
        String reason,
        String sha256,
        Instant decidedAt,
        @Nullable UUID modelId,

        @Schema(allowableValues = {"WAITING", "REGISTERED", "FAILED"}) @Nullable
        String registration,

        @Nullable String registrationReason) {}
