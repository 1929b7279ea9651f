package io.mlaas.training.runner.container;

import io.mlaas.training.runner.FailureReason;
import org.jspecify.annotations.Nullable;

/** The daemon answers, and will not run this: asking again would change nothing. The message is for the model's owner. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final FailureReason reason;

    RefusedException(FailureReason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    FailureReason reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
