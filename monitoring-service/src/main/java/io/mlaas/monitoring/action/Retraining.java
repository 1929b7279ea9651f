package io.mlaas.monitoring.action;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Something that is trained again, as the monitor's company sees it.
 *
 * @param target {@code learner:…}, {@code like:<model>} or {@code model}
 * @param request as the action said it
 * @param reason why it was refused or failed; of one that waits, why it still does
 * @param parts that its rows are sent in, once that is known
 * @param rows that the learner was sent
 * @param leftOut rows without a label, or with a value missing
 * @param modelId of the model that is registered for it; there from when it is requested
 * @param answer what the learner or the registry said last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Retraining(
        UUID id,
        long number,
        long window,
        String action,
        String target,
        JsonNode request,
        State state,
        @Nullable String reason,
        @Nullable Integer parts,
        int sentParts,
        long rows,
        long leftOut,
        @Nullable UUID modelId,
        @Nullable JsonNode answer,
        int attempts,
        String requestedBy,
        Instant requestedAt,
        @Nullable Instant sentAt,
        @Nullable Instant endedAt) {

    /** How far it is. */
    enum State {
        /** to be sent, or to be sent again */
        WAITING,
        /** a model is registered for it, and its training is under way or was asked for */
        TRAINING,
        SUCCEEDED,
        /** by whoever was asked; nothing was trained */
        REFUSED,
        FAILED;

        boolean ended() {
            return this != WAITING && this != TRAINING;
        }
    }
}
