package io.mlaas.api.blockchain;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the chain says of an asset, in the shape that the reports' clients read, plus SHA-256 digests. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(ContractMetadata.Dataset.class), @JsonSubTypes.Type(ContractMetadata.Model.class)})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface ContractMetadata {

    UUID assetId();

    String address();

    /** Whether the chain will never say anything else: of a dataset, and of a model that has its result. */
    @JsonIgnore
    default boolean isFinal() {
        return switch (this) {
            case Dataset dataset -> true;
            case Model model -> model.modelParams().resSha256() != null;
        };
    }

    record Dataset(
            UUID assetId,
            String address,
            UUID organizationId,
            String samplesDimension,
            long sizeBytes,
            String hash,
            String sha256)
            implements ContractMetadata {}

    record Model(UUID assetId, String address, ModelParams modelParams, DataParams dataParams)
            implements ContractMetadata {}

    /**
     * @param trainImageHash MD5, and with it {@code trainImageSha256}: absent for an imported model
     * @param definitionSha256 of the uploaded architecture file, if there was one; of a translation, of its certificate
     * @param resHash MD5, and with it {@code resSha256}: absent until the result was verified
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ModelParams(
            UUID developerId,
            UUID organizationId,
            Origin origin,
            @Nullable String trainImageHash,
            @Nullable String trainImageSha256,
            @Nullable String definitionSha256,
            @Nullable UUID sourceModelId,
            @Nullable String resHash,
            @Nullable String resSha256) {}

    /** @param datasetId what it was trained on; absent for an imported model */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record DataParams(@Nullable UUID datasetId) {}
}
