package io.mlaas.monitoring.action;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What became of one attempt at a retraining. */
sealed interface RetrainingStep {

    /** The registry has the model; what becomes of its training is asked for later. */
    record Trains(JsonNode answer) implements RetrainingStep {}

    record Ended(
            Retraining.State state,
            @Nullable String reason,
            @Nullable JsonNode answer) implements RetrainingStep {}

    /** Not yet, which is no failure of anybody's. */
    record NotYet(String reason) implements RetrainingStep {}
}
