package io.mlaas.monitoring.action;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What followed from a report.
 *
 * @param kind DRIFT_DETECTED, PERFORMANCE_DEGRADED, RETRAINING, RETRAINING_SUCCEEDED, …
 * @param rule the name of the alert rule or action
 * @param outcome what was done, or why nothing
 * @param evidence what was seen in the report
 * @param retraining what has become of one that was requested
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Decision(
        long number,
        long window,
        String kind,
        String rule,
        String outcome,
        JsonNode evidence,
        Instant decidedAt,
        @Nullable Requested retraining) {

    /** How far it is now. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Requested(
            UUID id,
            String state,
            @Nullable String reason,
            @Nullable UUID modelId) {}
}
