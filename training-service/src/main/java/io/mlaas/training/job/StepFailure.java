package io.mlaas.training.job;

import io.mlaas.training.registry.RegistryException;
import java.io.IOException;

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

    private StepFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    private StepFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    static StepFailure ofJob(String message) {
        return new StepFailure(Kind.JOB, message);
    }

    static StepFailure ofPlatform(String message) {
        return new StepFailure(Kind.INFRASTRUCTURE, message);
    }

    static StepFailure of(RegistryException e) {
        return new StepFailure(
                switch (e.kind()) {
                    case UNAVAILABLE -> Kind.INFRASTRUCTURE;
                    case REFUSED -> Kind.JOB;
                },
                e.getMessage(),
                e);
    }

    static StepFailure of(IOException e) {
        return new StepFailure(Kind.INFRASTRUCTURE, "the job's files could not be read or written on this machine", e);
    }

    Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
