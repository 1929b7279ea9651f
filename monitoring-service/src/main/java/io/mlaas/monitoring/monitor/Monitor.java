package io.mlaas.monitoring.monitor;

import java.time.Instant;
import java.util.UUID;

/** A monitor as it is stored. */
public record Monitor(
        UUID id,
        UUID organizationId,
        MonitorDocument document,
        State state,
        String createdBy,
        String madeBy,
        Instant createdAt,
        Instant changedAt) {

    /** Whether it takes what comes. */
    public enum State {
        RUNNING,
        PAUSED
    }
}
