package io.mlaas.api.sharing;

import java.util.UUID;

/**
 * A translation in the registry.
 *
 * @param modelId the translation's own id
 * @param status as in {@link ModelStatus}
 * @param created false if the same translation was registered before
 */
public record RegisteredTranslation(UUID modelId, UUID sourceModelId, String format, String status, boolean created) {}
