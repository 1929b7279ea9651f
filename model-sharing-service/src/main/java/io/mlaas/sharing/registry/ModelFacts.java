package io.mlaas.sharing.registry;

import io.mlaas.api.sharing.ModelStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the registry knows of a model.
 *
 * @param status as it is told to those who may see it
 * @param image what it was trained by, or the learner's document; null for an imported model
 * @param definition the architecture file; of a translation its certificate, of a snapshot the record of how it came about
 * @param params initial conditions, as they were given to the image
 */
public record ModelFacts(
        ModelStatus status, @Nullable Image image, @Nullable File definition, Map<String, String> params) {

    public record Image(String reference, String sha256) {}

    public record File(String fileName, String sha256, long sizeBytes) {}
}
