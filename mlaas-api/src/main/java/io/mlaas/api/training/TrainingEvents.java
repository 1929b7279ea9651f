package io.mlaas.api.training;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Payloads on {@code mlaas.training}; the CloudEvents subject is the model's id. */
public final class TrainingEvents {
    public static final String QUEUED = "io.mlaas.training.queued";
    public static final String STARTED = "io.mlaas.training.started";
    public static final String SUCCEEDED = "io.mlaas.training.succeeded";
    public static final String FAILED = "io.mlaas.training.failed";
    public static final String CANCELLED = "io.mlaas.training.cancelled";

    /** @param reason why it failed or was cancelled, in a sentence for the model's owner */
    public record TrainingChanged(
            UUID jobId, UUID modelId, Instant at, @Nullable String reason) {}

    private TrainingEvents() {}
}
