package io.mlaas.training.job;

import java.util.EnumSet;
import java.util.Set;

/** Where a job stands, and where it may go from there. */
enum JobState {
    /** Waits for its turn, or for another attempt after the platform failed it. */
    QUEUED,
    /** Its inputs are fetched and checked. */
    PREPARING,
    /** Its program runs. */
    TRAINING,
    /** Its result is handed to the registry: from here on it is not run again. */
    REGISTERING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    Set<JobState> next() {
        return switch (this) {
            case QUEUED -> EnumSet.of(PREPARING, CANCELLED);
            case PREPARING -> EnumSet.of(QUEUED, TRAINING, FAILED, CANCELLED);
            case TRAINING -> EnumSet.of(QUEUED, REGISTERING, FAILED, CANCELLED);
            case REGISTERING -> EnumSet.of(SUCCEEDED, FAILED);
            case SUCCEEDED, FAILED, CANCELLED -> EnumSet.noneOf(JobState.class);
        };
    }

    boolean may(JobState next) {
        return next().contains(next);
    }

    boolean ended() {
        return next().isEmpty();
    }

    /** For people. */
    String phase(boolean waitsForAnotherAttempt) {
        return switch (this) {
            case QUEUED -> waitsForAnotherAttempt ? "waits for another attempt" : "waits in the queue";
            case PREPARING -> "fetches and checks the dataset";
            case TRAINING -> "trains";
            case REGISTERING -> "registers the result";
            case SUCCEEDED -> "trained";
            case FAILED -> "failed";
            case CANCELLED -> "cancelled";
        };
    }
}
