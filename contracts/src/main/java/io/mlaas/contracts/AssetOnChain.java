package io.mlaas.contracts;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the chain says of one asset. */
public sealed interface AssetOnChain {
    /** Address of the asset's contract, with its checksum. */
    String address();

    /** Address of the directory that registered it, with its checksum. */
    String directory();

    /** The asset's id. */
    UUID assetId();

    /** The organization the asset belongs to, as the registrar recorded it. */
    UUID organizationId();

    /** The company's address that registered it, with its checksum. */
    String owner();

    /** Time of the block that registered it. */
    Instant registeredAt();

    /** What it is. */
    AssetKind kind();

    /** Whether the chain will never say anything else of it. */
    default boolean isFinal() {
        return switch (this) {
            case Dataset dataset -> true;
            case Model model -> model.result() != null;
        };
    }

    /** A dataset. */
    record Dataset(
            String address,
            String directory,
            UUID assetId,
            UUID organizationId,
            String owner,
            Instant registeredAt,
            DatasetFields fields)
            implements AssetOnChain {
        @Override
        public AssetKind kind() {
            return AssetKind.DATASET;
        }
    }

    /**
     * A model.
     *
     * @param result what its training produced; absent until that is recorded
     */
    record Model(
            String address,
            String directory,
            UUID assetId,
            UUID organizationId,
            String owner,
            Instant registeredAt,
            ModelFields fields,
            @Nullable Result result)
            implements AssetOnChain {
        @Override
        public AssetKind kind() {
            return AssetKind.MODEL;
        }
    }

    /**
     * A recorded result.
     *
     * @param sha256 SHA-256 of the trained model, 64 lower-case hexadecimal digits
     * @param md5 its MD5 (legacy)
     * @param verifiedAt time of the block that recorded it
     */
    record Result(String sha256, String md5, Instant verifiedAt) {}
}
