package io.mlaas.online;

import java.io.IOException;

/** A saved state that is truncated, damaged, of another version, or of another learner. */
public final class StateRefused extends IOException {
    private static final long serialVersionUID = 1;

    public StateRefused(String message) {
        super(message);
    }
}
