package io.mlaas.contracts;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a company declares of a model before its training.
 *
 * @param developerId the person who registered it
 * @param datasetId the dataset it is trained on; absent when the training's inputs are not declared
 * @param sourceModelId the model it was translated from, if any
 * @param definitionSha256 SHA-256 of the uploaded architecture or training file, if any; of a translation, of its parity
 *     certificate
 * @param trainImageMd5 MD5 of the training image, if known; a legacy field
 * @param trainImageSha256 SHA-256 of the training image, if there is one
 */
public record ModelFields(
        UUID developerId,
        @Nullable UUID datasetId,
        @Nullable UUID sourceModelId,
        @Nullable String definitionSha256,
        @Nullable String trainImageMd5,
        @Nullable String trainImageSha256) {
    public ModelFields {
        if (definitionSha256 != null) {
            Digests.requireSha256("definitionSha256", definitionSha256);
        }
        if (trainImageMd5 != null) {
            Digests.requireMd5("trainImageMd5", trainImageMd5);
        }
        if (trainImageSha256 != null) {
            Digests.requireSha256("trainImageSha256", trainImageSha256);
        }
    }

    /** Whether the model was made elsewhere: nothing is declared of its training, since nobody saw it. */
    public boolean isImported() {
        return datasetId == null && sourceModelId == null && trainImageSha256 == null;
    }
}
