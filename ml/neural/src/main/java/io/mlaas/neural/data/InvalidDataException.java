package io.mlaas.neural.data;

import org.jspecify.annotations.Nullable;

/** A dataset that cannot be read; the message names the line, column or array, what stands there, what was expected. */
public final class InvalidDataException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public InvalidDataException(String message) {
        super(message);
    }

    public InvalidDataException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
