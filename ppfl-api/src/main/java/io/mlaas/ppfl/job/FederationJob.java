package io.mlaas.ppfl.job;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is still to be done for a simulation.
 *
 * @param cancelledBy who wants it to end
 * @param jobId the training whose log is followed
 * @param logPosition where the next question goes on
 * @param attempts since it last got on
 */
record FederationJob(
        UUID federationId,
        UUID datasetId,
        Step step,
        @Nullable String cancelledBy,
        @Nullable UUID jobId,
        long logPosition,
        int attempts) {

    /** What comes next. */
    enum Step {
        REGISTER,
        FOLLOW
    }
}
