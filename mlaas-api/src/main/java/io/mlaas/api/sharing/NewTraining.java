package io.mlaas.api.sharing;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A model that is to be registered and trained for a company, by a service.
 *
 * @param modelId what it is to have: whoever asks again with the same gets the same model
 * @param likeModelId a model of the company that was trained here: what is not said otherwise is as of that one
 * @param name of which it becomes the next version
 * @param params initial conditions; they go over those of the other model
 * @param definition the file that tells the image what to train; without one, that of the other model
 */
public record NewTraining(
        UUID modelId,
        @Nullable UUID likeModelId,
        @Nullable String name,
        @Nullable UUID datasetId,
        @Nullable String trainImage,
        @Nullable Map<String, Object> params,
        @Nullable Definition definition) {

    /** One without a file of its own. */
    public NewTraining(
            UUID modelId,
            @Nullable UUID likeModelId,
            @Nullable String name,
            @Nullable UUID datasetId,
            @Nullable String trainImage,
            @Nullable Map<String, Object> params) {
        this(modelId, likeModelId, name, datasetId, trainImage, params, null);
    }

    /**
     * A text file.
     *
     * @param content its bytes in UTF-8 are what is hashed, and what the image gets
     */
    public record Definition(String fileName, String content) {}
}
