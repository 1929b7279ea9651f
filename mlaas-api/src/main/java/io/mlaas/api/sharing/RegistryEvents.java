package io.mlaas.api.sharing;

import io.mlaas.api.blockchain.Origin;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Types and payloads on {@code mlaas.registry}; the CloudEvents subject is the asset's id. */
public final class RegistryEvents {
    public static final String DATASET_REGISTERED = "io.mlaas.dataset.registered";
    public static final String MODEL_REGISTERED = "io.mlaas.model.registered";
    public static final String TRAINING_REQUESTED = "io.mlaas.model.training-requested";
    public static final String MODEL_TRAINED = "io.mlaas.model.trained";
    public static final String MODEL_TRANSLATED = "io.mlaas.model.translated";
    public static final String MODEL_IMPORTED = "io.mlaas.model.imported";
    public static final String ASSET_QUARANTINED = "io.mlaas.asset.quarantined";

    /**
     * @param origin of a model; null for a dataset
     * @param sourceModelId set when the model is a translation
     */
    public record AssetRegistered(
            UUID assetId,
            String contractAddress,
            @Nullable String sha256,
            @Nullable Long sizeBytes,
            @Nullable Origin origin,
            @Nullable UUID sourceModelId) {}

    public record ModelTrained(UUID modelId, String sha256, long sizeBytes, String contractAddress) {}

    /** @param found the digest that the stored bytes have, or null when the object is gone */
    public record AssetQuarantined(
            UUID assetId, String expected, @Nullable String found, String reason) {}

    private RegistryEvents() {}
}
