package io.mlaas.training.registry;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;

/** The registry did not do what was asked of it. */
public final class RegistryException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whether the same request may succeed later. */
    public enum Kind {
        UNAVAILABLE,
        REFUSED
    }

    private final Kind kind;

    RegistryException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** An expired credential, a limit and the registry's own trouble pass; other refusals stay. */
    static RegistryException answered(HttpStatusCode status, String what, String detail) {
        boolean passes =
                switch (status.value()) {
                    case 401, 403, 408, 425, 429 -> true;
                    default -> status.is5xxServerError();
                };
        return new RegistryException(
                passes ? Kind.UNAVAILABLE : Kind.REFUSED,
                "the registry refused to " + what + " (" + status.value() + (detail.isEmpty() ? "" : ": " + detail)
                        + ")",
                null);
    }

    public Kind kind() {
        return kind;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
