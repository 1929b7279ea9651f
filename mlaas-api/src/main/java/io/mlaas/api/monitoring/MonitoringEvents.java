package io.mlaas.api.monitoring;

import java.time.Instant;
import java.util.UUID;

/** Payloads on {@code mlaas.monitoring}; the CloudEvents subject is the monitor's id. */
public final class MonitoringEvents {
    public static final String DRIFT_DETECTED = "io.mlaas.monitoring.drift-detected";
    public static final String PERFORMANCE_DEGRADED = "io.mlaas.monitoring.performance-degraded";

    /**
     * A rule of a monitor was broken by a window.
     *
     * @param watched {@code learner:…}, {@code model:…} or {@code service:…}
     * @param rule its name
     * @param finding what was seen, in a sentence
     * @param labelled rows whose target was known then
     */
    public record WindowAlert(
            UUID monitorId,
            String monitor,
            String watched,
            String rule,
            String finding,
            long window,
            Instant startsAt,
            Instant endsAt,
            long rows,
            long labelled) {}

    private MonitoringEvents() {}
}
