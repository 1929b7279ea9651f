package io.mlaas.training.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.mlaas.api.sharing.TrainingRequested;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A training job.
 *
 * @param attempts how often it was taken from the queue
 * @param runs how often its program was started: more than once only after the machine lost it
 * @param failures of the platform since the job last advanced
 * @param queuePlace 1 is next; only while it waits
 * @param progress latest words of the program about itself, as JSON
 * @param logTail the last lines of the log, kept when the log itself is gone
 */
record Job(
        UUID id,
        UUID modelId,
        UUID organizationId,
        TrainingRequested order,
        JobState state,
        int attempts,
        int runs,
        int failures,
        @Nullable String runner,
        boolean cancelled,
        @Nullable Integer queuePlace,
        Instant queuedAt,
        Instant notBefore,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String progress,
        @Nullable String metrics,
        @Nullable Integer exitCode,
        @Nullable String reason,
        @Nullable String logTail,
        @Nullable Outcome result) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Outcome(String fileName, long sizeBytes, String sha256) {}

    /** What a user sees of it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record View(
            UUID jobId,
            UUID modelId,
            String state,
            String phase,

            @Schema(description = "1 is next; absent unless it waits") @Nullable
            Integer queuePlace,

            String trainImage,
            int attempts,
            int runs,
            Instant queuedAt,

            @Schema(description = "when it is tried again") @Nullable
            Instant nextAttemptAt,

            @Nullable Instant startedAt,
            @Nullable Instant endedAt,

            @JsonRawValue
            @Schema(implementation = Object.class, description = "epoch, epochs, loss, … as the program tells them")
            @Nullable
            String progress,

            @Nullable Integer exitCode,
            @Nullable String reason,

            @Schema(description = "the last lines of the log") @Nullable
            List<String> log,

            @JsonRawValue
            @Schema(implementation = Object.class, description = "metrics.json, if the program wrote one")
            @Nullable
            String metrics,

            @Nullable Outcome result) {}

    View toApi(@Nullable List<String> log) {
        boolean again = state == JobState.QUEUED && failures > 0;
        return new View(
                id,
                modelId,
                state.name(),
                cancelled && !state.ended() ? "is being cancelled" : state.phase(again),
                queuePlace,
                order.trainImage(),
                attempts,
                runs,
                queuedAt,
                again ? notBefore : null,
                startedAt,
                endedAt,
                progress,
                exitCode,
                reason,
                log,
                metrics,
                result);
    }
}
