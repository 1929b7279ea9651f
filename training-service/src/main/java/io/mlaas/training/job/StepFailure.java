package io.mlaas.training.job;

import io.mlaas.training.registry.RegistryException;
import io.mlaas.training.runner.FailureReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A step of a job did not succeed. The message is for the model's owner. */
final class StepFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whose failure it is, and so whether another attempt makes sense. */
    enum Kind {
        /** The platform's: tried again. */
        INFRASTRUCTURE,
        /** The program's, or its inputs': final. */
        JOB
    }

    private final Kind kind;
    private final @Nullable FailureReason reason;

    private StepFailure(Kind kind, @Nullable FailureReason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.reason = reason;
    }

    static StepFailure ofJob(String message) {
        return new StepFailure(Kind.JOB, null, message, null);
    }

    static StepFailure ofJob(@Nullable FailureReason reason, String message) {
        return new StepFailure(Kind.JOB, reason, message, null);
    }

    static StepFailure ofPlatform(String message) {
        return new StepFailure(Kind.INFRASTRUCTURE, null, message, null);
    }

    static StepFailure ofPlatform(@Nullable FailureReason reason, String message) {
        return new StepFailure(Kind.INFRASTRUCTURE, reason, message, null);
    }

    static StepFailure of(RegistryException e) {
        return new StepFailure(
                switch (e.kind()) {
                    case UNAVAILABLE -> Kind.INFRASTRUCTURE;
                    case REFUSED -> Kind.JOB;
                },
                null,
                e.getMessage(),
                e);
    }

    static StepFailure of(IOException e) {
        return new StepFailure(
                Kind.INFRASTRUCTURE, null, "the job's files could not be read or written on this machine", e);
    }

    Kind kind() {
        return kind;
    }

    /** In a word, if the runner has one. */
    @Nullable
    FailureReason reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
