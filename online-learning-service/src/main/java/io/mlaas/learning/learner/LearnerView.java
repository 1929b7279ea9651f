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
        String createdBy,
        Instant createdAt,
        Instant changedAt) {

    static LearnerView of(StoredLearner learner, @Nullable Standing standing) {
        return new LearnerView(
                learner.id(),
                learner.organizationId(),
                learner.name(),
                learner.state(),
                learner.document().toJson(),
                standing == null ? null : standing.progress(),
                standing == null ? null : standing.writtenAt(),
                learner.createdBy(),
                learner.createdAt(),
                learner.changedAt());
    }
}
