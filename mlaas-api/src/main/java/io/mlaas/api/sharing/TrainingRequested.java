package io.mlaas.api.sharing;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A registered model wants training: payload of {@link RegistryEvents#TRAINING_REQUESTED}.
 *
 * @param params initial conditions (hyper-parameters, seeds), given to the image as environment variables
 * @param datasetSha256 what the downloaded dataset must hash to
 * @param datasetMetadata the dataset's metadata as registered, for the image
 * @param definitionFile name of the uploaded {@code model} part, or null without one
 * @param resources what the training asks of a cluster, or null if nothing
 */
public record TrainingRequested(
        UUID modelId,
        UUID organizationId,
        UUID developerId,
        UUID datasetId,
        String trainImage,
        String trainImageSha256,
        Map<String, String> params,
        String datasetSha256,
        String datasetFileName,
        Map<String, Object> datasetMetadata,
        @Nullable String definitionFile,
        @Nullable String definitionSha256,
        @Nullable TrainingResources resources) {

    /** One that asks for nothing. */
    public TrainingRequested(
            UUID modelId,
            UUID organizationId,
            UUID developerId,
            UUID datasetId,
            String trainImage,
            String trainImageSha256,
            Map<String, String> params,
            String datasetSha256,
            String datasetFileName,
            Map<String, Object> datasetMetadata,
            @Nullable String definitionFile,
            @Nullable String definitionSha256) {
        this(
                modelId,
                organizationId,
                developerId,
                datasetId,
                trainImage,
                trainImageSha256,
                params,
                datasetSha256,
                datasetFileName,
                datasetMetadata,
                definitionFile,
                definitionSha256,
                null);
    }

    public TrainingResources resourcesOrNone() {
        return resources == null ? TrainingResources.NONE : resources;
    }
}
