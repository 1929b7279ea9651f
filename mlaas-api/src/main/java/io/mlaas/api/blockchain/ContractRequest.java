package io.mlaas.api.blockchain;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Asks for the contract of one asset. Digests are lower-case hex. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ContractRequest.Dataset.class, name = "dataset"),
    @JsonSubTypes.Type(value = ContractRequest.Model.class, name = "model")
})
public sealed interface ContractRequest {

    String SHA256 = "[0-9a-f]{64}";
    String MD5 = "[0-9a-f]{32}";

    UUID assetId();

    UUID organizationId();

    /** @param hash the legacy MD5 field that the reports' clients read; integrity rests on {@code sha256} */
    record Dataset(
            @NotNull UUID assetId,
            @NotNull UUID organizationId,
            @NotNull @Size(max = 200) String samplesDimension,
            @PositiveOrZero long sizeBytes,
            @NotNull @Pattern(regexp = SHA256) String sha256,
            @NotNull @Pattern(regexp = MD5) String hash)
            implements ContractRequest {}

    /**
     * A model that was trained or translated has a dataset and a training image; an imported one has neither; one that was
     * learned has an image, the learner's document, and no dataset.
     *
     * @param trainImageHash MD5 of what {@code train_image_sha256} covers (legacy field)
     * @param definitionSha256 digest of what the model was declared by: the uploaded architecture file, if there was one;
     *     of a translation, its certificate; of a learner's model, the record of how it came about
     * @param sourceModelId the model that this one was translated from, or that its learner began with, if there is one
     */
    record Model(
            @NotNull UUID assetId,
            @NotNull UUID organizationId,
            @NotNull UUID developerId,
            @Nullable UUID datasetId,
            @Nullable @Pattern(regexp = MD5) String trainImageHash,
            @Nullable @Pattern(regexp = SHA256) String trainImageSha256,
            @Nullable @Pattern(regexp = SHA256) String definitionSha256,
            @Nullable UUID sourceModelId,
            Origin origin)
            implements ContractRequest {

        /** A request that was written down before there were origins says so by its source. */
        public Model {
            if (origin == null) {
                origin = sourceModelId == null ? Origin.TRAINED : Origin.TRANSLATED;
            }
        }

        /** Whether it names just what its origin has. */
        @AssertTrue(
                message = "dataset_id, train_image_hash, train_image_sha256 and source_model_id must fit the origin")
        @JsonIgnore
        public boolean isOfItsOrigin() {
            boolean image = trainImageHash != null && trainImageSha256 != null;
            boolean noImage = trainImageHash == null && trainImageSha256 == null;
            return switch (origin) {
                case TRAINED -> datasetId != null && image && sourceModelId == null;
                case IMPORTED -> datasetId == null && noImage && sourceModelId == null;
                case TRANSLATED -> sourceModelId != null && (image || noImage) && image == (datasetId != null);
                case LEARNED -> datasetId == null && image && definitionSha256 != null;
            };
        }
    }
}
