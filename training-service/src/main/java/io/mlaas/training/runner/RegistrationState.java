package io.mlaas.training.runner;

import org.jspecify.annotations.Nullable;

/** How the registration of a run's result stands, where the runner sees to it. */
public sealed interface RegistrationState {

    record UnderWay() implements RegistrationState {}

    /** @param metrics the program's {@code metrics.json}, if it wrote one that can be shown */
    record Registered(
            String fileName,
            long sizeBytes,
            String sha256,
            @Nullable String metrics) implements RegistrationState {}

    record Failed(FailureReason reason, String message) implements RegistrationState {}
}
