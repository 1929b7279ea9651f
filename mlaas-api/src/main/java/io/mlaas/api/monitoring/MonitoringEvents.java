package io.mlaas.api.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Payloads on {@code mlaas.monitoring}; the CloudEvents subject is the monitor's id. */
public final class MonitoringEvents {
    public static final String DRIFT_DETECTED = "io.mlaas.monitoring.drift-detected";
    public static final String PERFORMANCE_DEGRADED = "io.mlaas.monitoring.performance-degraded";
    public static final String RETRAINING_REQUESTED = "io.mlaas.monitoring.retraining-requested";
    public static final String RETRAINING_ENDED = "io.mlaas.monitoring.retraining-ended";

    /**
     * A rule of a monitor was broken by a window.
     *
     * @param watched {@code learner:…}, {@code model:…} or {@code service:…}
     * @param rule its name
     * @param finding what was seen, in a sentence
     * @param labelled rows whose target was known then
     * @param triage what to do about the fleet, in a sentence; absent where the monitor has none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record WindowAlert(
            UUID monitorId,
            String monitor,
            String watched,
            String rule,
            String finding,
            long window,
            Instant startsAt,
            Instant endsAt,
            long rows,
            long labelled,
            @Nullable String triage) {}

    /**
     * A monitor has something trained again.
     *
     * @param action its name
     * @param rules the names of those that were broken
     * @param retrains {@code learner:…}, {@code like:<model>} or {@code model}
     * @param modelId of the model that is registered for it; absent for a learner
     */
    public record RetrainingRequested(
            UUID retrainingId,
            UUID monitorId,
            String monitor,
            String watched,
            String action,
            List<String> rules,
            String retrains,
            @Nullable UUID modelId,
            long window,
            Instant startsAt,
            Instant endsAt) {}

    /**
     * What became of it.
     *
     * @param state SUCCEEDED, REFUSED or FAILED
     * @param reason why it did not succeed
     */
    public record RetrainingEnded(
            UUID retrainingId,
            UUID monitorId,
            String monitor,
            String watched,
            String action,
            String retrains,
            @Nullable UUID modelId,
            long window,
            String state,
            @Nullable String reason) {}

    private MonitoringEvents() {}
}
