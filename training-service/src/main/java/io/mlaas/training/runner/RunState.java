package io.mlaas.training.runner;

/** How a run stands. */
public sealed interface RunState {

    record Running() implements RunState {}

    /** The program ended by itself; what it had started is gone too, and its log is complete. */
    record Exited(int code) implements RunState {}

    /** It was ended by {@link JobRunner#stop}. */
    record Stopped() implements RunState {}

    /** It was ended because its time was over. */
    record TimedOut() implements RunState {}

    /** It is gone and left no exit code: the machine was restarted, or somebody killed all of it. */
    record Vanished() implements RunState {}
}
