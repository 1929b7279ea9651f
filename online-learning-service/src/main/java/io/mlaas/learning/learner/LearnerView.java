package io.mlaas.learning.learner;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.learning.learner.CheckpointRepository.Standing;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A learner as it is told.
 *
 * @param document as it was given, with every default
 * @param progress as of its last checkpoint; absent before the first
 * @param behind why it is FAILED, or was and has not learned yet all that it missed; absent otherwise
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LearnerView(
        UUID learnerId,
        UUID organizationId,
        String name,
        LearnerState state,
        @Schema(type = "object") JsonNode document,
        @Nullable Progress progress,
        @Nullable Instant checkpointAt,
        @Nullable Missing behind,
        String createdBy,
        Instant createdAt,
        Instant changedAt) {

    /**
     * What it has not learned yet stays in the log as long as the log keeps it.
     *
     * @param position of the first entry of the log that it may not have learned
     * @param attempts how often it was tried in vain to have it go on
     * @param nextAttemptAt absent while it learns what it missed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Missing(
            String reason,
            Instant since,
            long position,
            int attempts,
            @Nullable Instant nextAttemptAt) {}

    static LearnerView of(StoredLearner learner, @Nullable Standing standing, @Nullable Behind behind) {
        return new LearnerView(
                learner.id(),
                learner.organizationId(),
                learner.name(),
                behind == null || behind.catchingUp() ? learner.state() : LearnerState.FAILED,
                learner.document().toJson(),
                standing == null ? null : standing.progress(),
                standing == null ? null : standing.writtenAt(),
                behind == null ? null : missing(behind),
                learner.createdBy(),
                learner.createdAt(),
                learner.changedAt());
    }

    private static Missing missing(Behind behind) {
        return new Missing(
                behind.reason(),
                behind.since(),
                behind.next(),
                behind.attempts(),
                behind.catchingUp() ? null : behind.nextAttemptAt());
    }
}
