package io.mlaas.training.runner.container;

import java.io.IOException;

/** The daemon does not answer, or answers that it cannot do anything now. */
final class DaemonException extends IOException {
    private static final long serialVersionUID = 1L;

    DaemonException(String message, Throwable cause) {
        super(message, cause);
    }
}
