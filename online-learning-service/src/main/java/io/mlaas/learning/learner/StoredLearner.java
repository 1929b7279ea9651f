package io.mlaas.learning.learner;

import java.time.Instant;
import java.util.UUID;

/** A learner as its row has it. */
record StoredLearner(
        UUID id,
        UUID organizationId,
        LearnerDocument document,
        LearnerState state,
        String createdBy,
        Instant createdAt,
        Instant changedAt) {

    String name() {
        return document.name();
    }
}
