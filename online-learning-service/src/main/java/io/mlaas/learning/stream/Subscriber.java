package io.mlaas.learning.stream;

import java.time.Instant;
import java.util.UUID;

/**
 * A learner as streams know it.
 *
 * @param listening whether it is to be sent messages: it is neither paused nor deleted
 * @param timed whether every message says its time, so that two with the same bytes are the same
 */
public record Subscriber(
        UUID learner, UUID organizationId, Streams streams, boolean listening, boolean timed, Instant changedAt) {}
