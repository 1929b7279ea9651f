package io.mlaas.training.cluster.model;

import io.mlaas.training.runner.FailureReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How one attempt at a step stands, whatever runs it. */
public sealed interface StepState {

    /** There is nothing that runs it: it has not been started yet, or somebody took it away. */
    record Absent() implements StepState {}

    /** Somebody else, such as Kueue, has not let it start. */
    record Suspended() implements StepState {}

    /**
     * It has not started.
     *
     * @param since when this trouble began
     * @param trouble what it fails with if it goes on; null if it is only a matter of time
     */
    record Waiting(Instant since, @Nullable FailureReason trouble, String message) implements StepState {}

    /** @param doing for people */
    record Running(String doing) implements StepState {}

    /** @param told the last container's message, which for registering is the result */
    record Succeeded(@Nullable String told) implements StepState {}

    /** @param exitCode the program's, if it ended by itself */
    record Failed(
            FailureReason reason, String message, @Nullable Integer exitCode, Instant at) implements StepState {}
}
