package io.mlaas.monitoring.action;

import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * What followed from a report.
 *
 * @param kind DRIFT_DETECTED, PERFORMANCE_DEGRADED, …
 * @param rule the name of the alert rule
 * @param outcome what was done, or why nothing
 * @param evidence what was seen in the report
 */
public record Decision(
        long number, long window, String kind, String rule, String outcome, JsonNode evidence, Instant decidedAt) {}
