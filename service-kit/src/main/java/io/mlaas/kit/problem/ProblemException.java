package io.mlaas.kit.problem;

import org.jspecify.annotations.Nullable;

/** Ends a request with a {@link Problem}. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final @Nullable Integer retryAfterSeconds;

    ProblemException(Problem problem, String detail, @Nullable Integer retryAfterSeconds, @Nullable Throwable cause) {
        super(detail, cause);
        this.problem = problem;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public Problem problem() {
        return problem;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public @Nullable Integer retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
