package io.mlaas.api.blockchain;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import jakarta.validation.constraints.NotBlank;
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
     * @param trainImageHash MD5 of what {@code train_image_sha256} covers (legacy field)
     * @param definitionSha256 digest of the uploaded architecture file, if there was one
     * @param sourceModelId the model that this one was translated from, if it was
     */
    record Model(
            @NotNull UUID assetId,
            @NotNull UUID organizationId,
            @NotNull UUID developerId,
            @NotNull UUID datasetId,
            @NotBlank @Pattern(regexp = MD5) String trainImageHash,
            @NotBlank @Pattern(regexp = SHA256) String trainImageSha256,
            @Nullable @Pattern(regexp = SHA256) String definitionSha256,
            @Nullable UUID sourceModelId)
            implements ContractRequest {}
}
