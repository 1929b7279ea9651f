package io.mlaas.api.sharing;

import io.mlaas.api.blockchain.Origin;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Types and payloads on {@code mlaas.registry}; the CloudEvents subject is the asset's id. */
public final class RegistryEvents {
    public static final String DATASET_REGISTERED = "io.mlaas.dataset.registered";
    public static final String MODEL_REGISTERED = "io.mlaas.model.registered";
    public static final String TRAINING_REQUESTED = "io.mlaas.model.training-requested";
    public static final String MODEL_TRAINED = "io.mlaas.model.trained";
    public static final String MODEL_TRANSLATED = "io.mlaas.model.translated";
    public static final String MODEL_LEARNED = "io.mlaas.model.learned";
    public static final String MODEL_IMPORTED = "io.mlaas.model.imported";
    public static final String ASSET_GRANTED = "io.mlaas.asset.granted";
    public static final String ASSET_REVOKED = "io.mlaas.asset.revoked";
    public static final String ASSET_DELETED = "io.mlaas.asset.deleted";
    public static final String ASSET_UPDATED = "io.mlaas.asset.updated";
    public static final String ALIAS_MOVED = "io.mlaas.asset.alias-moved";
    public static final String ASSET_QUARANTINED = "io.mlaas.asset.quarantined";
    public static final String ASSET_RELEASED = "io.mlaas.asset.released";
    public static final String MODEL_ATTESTED = "io.mlaas.model.attested";
    public static final String MODEL_REPRODUCED = "io.mlaas.model.reproduced";
    public static final String PASSPORT_PUBLISHED = "io.mlaas.model.passport-published";
    public static final String PASSPORT_WITHDRAWN = "io.mlaas.model.passport-withdrawn";
    /** The subject is the run's id; each company that the run looked at gets one. */
    public static final String SCRUB_FINISHED = "io.mlaas.scrub.finished";

    /**
     * @param origin of a model; null for a dataset
     * @param sourceModelId set when the model is a translation, or of a learner that began with a model
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

    /**
     * A quarantined asset that was verified again, against the chain and byte for byte, and is good.
     *
     * @param releasedBy subject of the operator who asked
     */
    public record AssetReleased(UUID assetId, String releasedBy) {}

    /**
     * What a look at everything at rest found in one company.
     *
     * @param tampered assets that went into quarantine
     * @param notOnChain assets whose contract the chain does not know
     * @param unchecked assets that could not be looked at: the chain or the object store did not answer
     */
    public record ScrubFinished(UUID runId, long assets, long bytes, long tampered, long notOnChain, long unchecked) {}

    /**
     * A grant was given, changed or revoked. Each side is told in an event of its own.
     *
     * @param kind {@code dataset} or {@code model}
     * @param ownerId the company that shares the asset
     * @param organizationId the company that it is shared with
     * @param permissions of {@code read}, {@code use}, {@code train}: what is granted, or was until now
     */
    public record AssetShared(UUID assetId, String kind, UUID ownerId, UUID organizationId, List<String> permissions) {}

    /**
     * @param kind {@code dataset} or {@code model}
     * @param deletedBy subject of the user
     */
    public record AssetDeleted(UUID assetId, String kind, String deletedBy) {}

    /**
     * A description or tags changed.
     *
     * @param kind {@code dataset} or {@code model}
     */
    public record AssetUpdated(
            UUID assetId, String kind, @Nullable String description, Map<String, String> tags, String updatedBy) {}

    /**
     * The subject is what the alias points at now, or pointed at when it was removed.
     *
     * @param kind {@code dataset} or {@code model}
     * @param from null for a new alias
     * @param to null for a removed one
     * @param why {@code moved}, {@code removed} or {@code quarantine}
     */
    public record AliasMoved(
            String kind,
            String name,
            String alias,
            @Nullable UUID from,
            @Nullable UUID to,
            String why) {}

    /**
     * Everything that can be proved of a model is on the chain.
     *
     * @param evidence what there is: {@code file}, {@code signature}, {@code statement}, {@code commitments},
     *     {@code certificate}
     */
    public record ModelAttested(UUID modelId, List<String> evidence) {}

    /**
     * A model was trained again, and the verdict is signed.
     *
     * @param outcome of {@link ReproductionVerdict.Outcome}
     * @param verdictSha256 of the signed verdict
     */
    public record ModelReproduced(
            UUID modelId, UUID reproductionId, String outcome, String summary, String verdictSha256) {}

    /**
     * What everybody may read of a model changed.
     *
     * @param disclose names of the facts that are told; empty once it is withdrawn
     * @param revision counts the changes
     * @param changedBy subject of the user
     */
    public record PassportChanged(UUID modelId, List<String> disclose, int revision, String changedBy) {}

    private RegistryEvents() {}
}
