package io.mlaas.sharing.provenance;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A piece of evidence as it is now.
 *
 * @param part which verdict it is; empty for what there is one of
 * @param reason why there is none
 * @param content the exact bytes that are served, once signed; null of what is no document
 * @param digest what is anchored
 * @param keyId of the key that signed it
 * @param publicKey the same key as PEM
 * @param proof that its digest is on the chain, as it is served
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Evidence(
        UUID id,
        UUID organizationId,
        UUID assetId,
        EvidenceKind kind,
        String part,
        EvidenceState state,
        @Nullable String reason,
        byte @Nullable [] content,
        @Nullable String digest,
        @Nullable String keyId,
        @Nullable String publicKey,
        @Nullable String proof,
        @Nullable Instant signedAt,
        @Nullable Instant anchoredAt) {}
