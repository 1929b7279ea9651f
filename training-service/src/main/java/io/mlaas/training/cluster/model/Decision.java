package io.mlaas.training.cluster.model;

import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What comes next for a training. The status is written before anything is done: what has been begun is known to whoever
 * takes over, and each action may be repeated.
 *
 * @param status as it shall be; the actor adds log lines
 * @param logOf the attempt whose last lines go into the status
 * @param event what people are told by an Event of Kubernetes
 * @param again when to look again, if nothing changes before; null if only a change matters
 */
public record Decision(
        TrainingJobStatus status,
        List<Action> actions,
        Optional<Integer> logOf,
        Optional<Event> event,
        @Nullable Duration again) {
    public Decision {
        actions = List.copyOf(actions);
    }

    public sealed interface Action {
        record AddFinalizer() implements Action {}

        record RemoveFinalizer() implements Action {}

        record CreateVolume() implements Action {}

        record CreateNetworkPolicy() implements Action {}

        /** Asks the registry for the job's credential and keeps it for the pods. */
        record RenewCredential(Duration validity) implements Action {}

        record Start(Step step, int number) implements Action {}

        /** Ends whatever runs; its pods get a signal. */
        record StopSteps() implements Action {}

        record DeleteCredential() implements Action {}

        record DeleteVolume() implements Action {}
    }

    /** @param reason one word, as Kubernetes wants it */
    public record Event(boolean warning, String reason, String message) {}
}
