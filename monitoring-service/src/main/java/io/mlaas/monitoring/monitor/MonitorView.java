package io.mlaas.monitoring.monitor;

import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * A monitor, as its company sees it.
 *
 * @param document with the defaults filled in
 * @param reference where it came from, and how many rows it has
 */
record MonitorView(
        UUID id,
        String name,
        Monitor.State state,
        JsonNode document,
        JsonNode reference,
        String createdBy,
        Instant createdAt,
        Instant changedAt) {

    static MonitorView of(Monitor monitor, JsonNode reference) {
        return new MonitorView(
                monitor.id(),
                monitor.document().name(),
                monitor.state(),
                monitor.document().json(),
                reference,
                monitor.createdBy(),
                monitor.createdAt(),
                monitor.changedAt());
    }
}
