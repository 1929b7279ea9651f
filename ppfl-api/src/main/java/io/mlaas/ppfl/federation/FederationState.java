package io.mlaas.ppfl.federation;

import java.util.Arrays;
import java.util.List;

/** How far a federation is. */
public enum FederationState {
    REQUESTED,
    PREPARING,
    /** In real mode: for as many clients as the quorum wants. */
    WAITING,
    RUNNING,
    REGISTERING,
    SUCCEEDED,
    FAILED,
    CANCELLED;

    public boolean isOver() {
        return switch (this) {
            case REQUESTED, PREPARING, WAITING, RUNNING, REGISTERING -> false;
            case SUCCEEDED, FAILED, CANCELLED -> true;
        };
    }

    /** Whether a federation in this state may get into that one. */
    public boolean leadsTo(FederationState next) {
        return switch (this) {
            case REQUESTED -> next != REQUESTED && next != SUCCEEDED;
            case PREPARING -> next != REQUESTED && next != PREPARING && next != SUCCEEDED;
            // A real federation that loses its quorum waits again.
            case WAITING -> next == RUNNING || next == REGISTERING || next == FAILED || next == CANCELLED;
            case RUNNING -> next == WAITING || next == REGISTERING || next == FAILED || next == CANCELLED;
            case REGISTERING -> next.isOver();
            case SUCCEEDED, FAILED, CANCELLED -> false;
        };
    }

    static List<FederationState> before(FederationState next) {
        return Arrays.stream(values()).filter(state -> state.leadsTo(next)).toList();
    }
}
