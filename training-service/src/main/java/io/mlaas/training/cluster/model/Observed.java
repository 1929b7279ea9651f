package io.mlaas.training.cluster.model;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a training when it is decided what comes next.
 *
 * @param admission whether it may leave the queue
 * @param train the latest attempt to train
 * @param register the latest attempt to register
 * @param owned what exists of it
 * @param credentialExpires null if there is no credential
 */
public record Observed(
        TrainingJob job,
        Admission admission,
        StepState train,
        StepState register,
        Set<Owned> owned,
        @Nullable Instant credentialExpires,
        Instant now) {
    public Observed {
        owned = Set.copyOf(owned);
    }

    /** What a training may own; pods and steps that have ended are not named. */
    public enum Owned {
        VOLUME,
        NETWORK_POLICY,
        CREDENTIAL,
        /** A Job, or what else runs a step, that has not ended. */
        ACTIVE_STEP,
        /** A pod that has not ended. */
        ACTIVE_POD
    }
}
