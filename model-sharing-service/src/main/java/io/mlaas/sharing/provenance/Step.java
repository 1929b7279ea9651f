package io.mlaas.sharing.provenance;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A piece of evidence whose next step is due, as leased by this process.
 *
 * @param attempts how often this step was taken, this time included
 */
record Step(
        UUID id,
        UUID organizationId,
        UUID assetId,
        AssetKind assetKind,
        EvidenceKind kind,
        String part,
        EvidenceState state,
        int attempts,
        @Nullable String digest) {

    String requiredDigest() {
        if (digest == null) {
            throw new IllegalStateException("evidence " + id + " is " + state + " without a digest");
        }
        return digest;
    }
}
