package io.mlaas.api.sharing;

import java.util.UUID;

/**
 * A model that was registered to be trained.
 *
 * @param status as in {@link ModelStatus}; {@code POSSIBLE} where it was only asked whether it could be
 * @param created false if it was registered before
 */
public record RegisteredTraining(UUID modelId, String status, boolean created) {}
