package io.mlaas.training.cluster.run;

import io.mlaas.training.cluster.model.TrainingJobStatus;
import io.mlaas.training.cluster.model.TrainingJobStatus.Condition;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import io.mlaas.training.cluster.model.TrainingJobStatus.Result;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import io.mlaas.training.runner.FailureReason;
import io.mlaas.training.runner.RegistrationState;
import io.mlaas.training.runner.RunState;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a {@code TrainingJob}'s status says of a run and of its registration. */
final class States {
    private static final String TRAINING = "Training";

    private States() {}

    static RunState of(TrainingJobStatus status) {
        Phase phase = status.phase();
        if (phase == null) {
            return new RunState.Waiting("waits for the cluster's operator", null);
        }
        return switch (phase) {
            case QUEUED -> new RunState.Waiting("waits in the cluster: " + message(status), status.queuePosition());
            case RUNNING -> {
                if (status.step() == Step.REGISTERING) {
                    yield new RunState.Exited(0);
                }
                yield trains(status)
                        ? new RunState.Running()
                        : new RunState.Waiting("is started in the cluster: " + message(status), null);
            }
            case SUCCEEDED -> new RunState.Exited(0);
            case CANCELLED -> new RunState.Stopped();
            case FAILED -> failed(status);
        };
    }

    private static boolean trains(TrainingJobStatus status) {
        return status.conditions().stream()
                .filter(condition -> "Running".equals(condition.type()))
                .map(Condition::reason)
                .anyMatch(TRAINING::equals);
    }

    private static RunState failed(TrainingJobStatus status) {
        if (status.step() == Step.REGISTERING) {
            return new RunState.Exited(0);
        }
        FailureReason reason = reason(status);
        Integer code = status.exitCode();
        return switch (reason) {
            case DEADLINE_EXCEEDED -> new RunState.TimedOut();
            case PROGRAM_FAILED -> new RunState.Exited(code == null ? 1 : code);
            case IMAGE_PULL_FAILED,
                    OUT_OF_MEMORY,
                    EVICTED,
                    NODE_LOST,
                    UNSCHEDULABLE,
                    INPUT_REFUSED,
                    RESULT_REFUSED,
                    PLATFORM_UNAVAILABLE,
                    INVALID_SPEC -> new RunState.Failed(reason, message(status));
        };
    }

    static RegistrationState registration(TrainingJobStatus status, @Nullable String metrics) {
        Phase phase = status.phase() == null ? Phase.QUEUED : status.phase();
        return switch (phase) {
            case QUEUED, RUNNING -> new RegistrationState.UnderWay();
            case SUCCEEDED -> {
                Result result = status.result();
                yield result == null
                        ? new RegistrationState.Failed(
                                FailureReason.PLATFORM_UNAVAILABLE, "the cluster did not tell what was registered")
                        : new RegistrationState.Registered(
                                result.fileName(), result.sizeBytes(), result.sha256(), metrics);
            }
            case FAILED -> new RegistrationState.Failed(reason(status), message(status));
            case CANCELLED ->
                new RegistrationState.Failed(
                        FailureReason.PLATFORM_UNAVAILABLE, "the registration was cancelled in the cluster");
        };
    }

    private static FailureReason reason(TrainingJobStatus status) {
        return Objects.requireNonNullElse(status.reason(), FailureReason.PLATFORM_UNAVAILABLE);
    }

    private static String message(TrainingJobStatus status) {
        return Objects.requireNonNullElse(status.message(), "");
    }
}
