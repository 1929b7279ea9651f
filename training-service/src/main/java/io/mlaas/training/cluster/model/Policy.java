package io.mlaas.training.cluster.model;

import io.mlaas.training.runner.FailureReason;
import java.time.Duration;

/**
 * How patient the operator is.
 *
 * @param imagePullGrace how long an image may be out of reach
 * @param unschedulableGrace how long a pod may wait for a node with room
 * @param registrations how often registering is tried
 * @param firstDelay before the second attempt at a step; doubled each time
 */
public record Policy(
        Duration imagePullGrace,
        Duration unschedulableGrace,
        int registrations,
        Duration firstDelay,
        Duration maxDelay) {

    Duration delay(int failures) {
        Duration delay = firstDelay.multipliedBy(1L << Math.min(20, Math.max(0, failures - 1)));
        return delay.compareTo(maxDelay) < 0 ? delay : maxDelay;
    }

    Duration grace(FailureReason trouble) {
        return trouble == FailureReason.UNSCHEDULABLE ? unschedulableGrace : imagePullGrace;
    }
}
