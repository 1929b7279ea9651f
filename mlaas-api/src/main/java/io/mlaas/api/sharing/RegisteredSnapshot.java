package io.mlaas.api.sharing;

import java.util.UUID;

/**
 * A learner's snapshot in the registry.
 *
 * @param status as in {@link ModelStatus}
 * @param created false if it was registered before
 */
public record RegisteredSnapshot(UUID modelId, UUID learnerId, long snapshot, String status, boolean created) {}
