package io.mlaas.training.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.mlaas.api.sharing.TrainingRecord;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.runner.FailureReason;
import io.mlaas.training.runner.RunFacts;
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
 * @param queuePlace 1 is next; only while it waits, here or in a cluster
 * @param waiting what its run waits for that has not begun, for people
 * @param progress latest words of the program about itself, as JSON
 * @param failure why its run came to no good end, in a word
 * @param logTail the last lines of the log, kept when the log itself is gone
 * @param record what the registry is told of the run that made the result, once it is composed
 * @param trial why it is run, if its result is to be compared and not registered
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
        @Nullable String waiting,
        Instant queuedAt,
        Instant notBefore,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String progress,
        @Nullable String metrics,
        @Nullable Integer exitCode,
        @Nullable String reason,
        @Nullable FailureReason failure,
        @Nullable String logTail,
        @Nullable Outcome result,
        @Nullable LastRun run,
        @Nullable TrainingRecord record,
        @Nullable Trial trial) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Outcome(String fileName, long sizeBytes, String sha256) {}

    /** @param endedAt null while its program runs */
    record LastRun(
            RunFacts facts, Instant startedAt, @Nullable Instant endedAt) {}

    /** What a user sees of it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record View(
            UUID jobId,
            UUID modelId,
            String state,
            String phase,

            @Schema(description = "1 is next; absent unless it waits, here or in a cluster's queue") @Nullable
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

            @Schema(description = "why its run came to no good end, in a word: ImagePullFailed, OutOfMemory, …")
            @Nullable
            String failure,

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
                phase(again),
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
                failure == null ? null : failure.word(),
                log,
                metrics,
                result);
    }

    private String phase(boolean again) {
        if (cancelled && !state.ended()) {
            return "is being cancelled";
        }
        return waiting == null || state != JobState.TRAINING ? state.phase(again) : waiting;
    }
}
