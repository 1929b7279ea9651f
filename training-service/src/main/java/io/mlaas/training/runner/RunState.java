package io.mlaas.training.runner;

import org.jspecify.annotations.Nullable;

/** How a run stands. */
public sealed interface RunState {

    /**
     * The program has not begun: it waits for its turn in a cluster, a machine or its image.
     *
     * @param why for people
     * @param place in the cluster's queue, 1 is next; null if it is past that or not known
     */
    record Waiting(String why, @Nullable Integer place) implements RunState {}

    record Running() implements RunState {}

    /** The program ended by itself; what it had started is gone too, and its log is complete. */
    record Exited(int code) implements RunState {}

    /** It was ended by {@link JobRunner#stop}. */
    record Stopped() implements RunState {}

    /** It was ended because its time was over. */
    record TimedOut() implements RunState {}

    /** It is gone and left no exit code: the machine was restarted, or somebody killed all of it. */
    record Vanished() implements RunState {}

    /** It could not begin or go on. */
    record Failed(FailureReason reason, String message) implements RunState {}

    default boolean ended() {
        return switch (this) {
            case Waiting _, Running _ -> false;
            case Exited _, Stopped _, TimedOut _, Vanished _, Failed _ -> true;
        };
    }
}
