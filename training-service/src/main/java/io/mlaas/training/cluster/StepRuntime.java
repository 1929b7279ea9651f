package io.mlaas.training.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.mlaas.training.cluster.model.StepState;
import io.mlaas.training.cluster.model.TrainingJob;
import java.time.Instant;
import java.util.List;

/** What carries out the steps of trainings with one {@code spec.runtime}: Jobs, or objects of somebody else's controller. */
interface StepRuntime {

    /** Asks the API server, each time. */
    Steps look(TrainingJob job, List<Pod> pods, Instant now);

    /**
     * Makes what {@code Manifests.steps} says; a conflict is thrown.
     *
     * @throws NotInstalled if the cluster does not know this kind of object
     */
    void create(HasMetadata manifest);

    /** Ends what is active; what has ended stays, with its pods' logs. */
    void stop(TrainingJob job, List<Pod> pods);

    /** @param active whether any step, of whichever attempt, has not ended */
    record Steps(StepState train, StepState register, boolean active) {}

    /** There is no controller that would carry it out. */
    final class NotInstalled extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotInstalled(String message) {
            super(message);
        }
    }
}
