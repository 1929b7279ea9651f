package io.mlaas.training.cluster.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import io.mlaas.training.runner.FailureReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a training stands. Together with the spec and the objects that the training owns it is all that the operator knows:
 * nothing is kept in memory.
 *
 * @param step what runs; from {@link Step#REGISTERING} on the program is never started again
 * @param reason why it failed, or, as long as it has not, why its last attempt did
 * @param attempts the number of the latest attempt to train, 0 before the first
 * @param registrations the number of the latest attempt to register
 * @param startTime when it left the queue
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrainingJobStatus(
        @Nullable Long observedGeneration,
        @Nullable Phase phase,
        @Nullable Step step,
        List<Condition> conditions,
        @Nullable FailureReason reason,
        @Nullable String message,
        @Nullable Integer exitCode,
        Integer attempts,
        Integer registrations,
        @Nullable Integer queuePosition,
        @Nullable Instant startTime,
        @Nullable Instant completionTime,
        List<String> logTail,
        @Nullable Result result) {
    public static final TrainingJobStatus NEW = new TrainingJobStatus(
            null, null, null, List.of(), null, null, null, 0, 0, null, null, null, List.of(), null);

    public TrainingJobStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        attempts = attempts == null ? Integer.valueOf(0) : attempts;
        registrations = registrations == null ? Integer.valueOf(0) : registrations;
        logTail = logTail == null ? List.of() : List.copyOf(logTail);
    }

    /** Where it stands. */
    public enum Phase {
        QUEUED("Queued"),
        RUNNING("Running"),
        SUCCEEDED("Succeeded"),
        FAILED("Failed"),
        CANCELLED("Cancelled");

        private final String json;

        Phase(String json) {
            this.json = json;
        }

        @JsonValue
        public String json() {
            return json;
        }

        public boolean ended() {
            return switch (this) {
                case QUEUED, RUNNING -> false;
                case SUCCEEDED, FAILED, CANCELLED -> true;
            };
        }
    }

    public enum Step {
        TRAINING("Training"),
        REGISTERING("Registering");

        private final String json;

        Step(String json) {
            this.json = json;
        }

        @JsonValue
        public String json() {
            return json;
        }
    }

    /** One of Queued, Running, Succeeded and Failed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Condition(
            String type,
            String status,
            @Nullable Long observedGeneration,
            Instant lastTransitionTime,
            String reason,
            String message) {}

    /** What was registered. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Result(String fileName, long sizeBytes, String sha256) {}

    public TrainingJobStatus withLogTail(List<String> lines) {
        return new TrainingJobStatus(
                observedGeneration,
                phase,
                step,
                conditions,
                reason,
                message,
                exitCode,
                attempts,
                registrations,
                queuePosition,
                startTime,
                completionTime,
                lines,
                result);
    }

    public boolean ended() {
        return phase != null && phase.ended();
    }

    /** Whether it left the queue and has not ended: what quotas count. */
    public boolean running() {
        return attempts > 0 && !ended();
    }
}
