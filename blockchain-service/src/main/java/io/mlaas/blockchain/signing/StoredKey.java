package io.mlaas.blockchain.signing;

import io.mlaas.api.blockchain.SigningKey;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.provenance.dsse.EvidenceKey;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key without its private part.
 *
 * @param id SHA-256 of the public key's PEM
 * @param ownerId the organization; the platform itself for its own key
 * @param publicKey in DER
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredKey(
        String id,
        UUID ownerId,
        byte[] publicKey,
        OffsetDateTime createdAt,
        @Nullable OffsetDateTime revokedAt,
        @Nullable String publishedIn) {

    EvidenceKey key() {
        return EvidenceKey.fromDer(publicKey);
    }

    /** As the chain names the owner: null for the platform. */
    @Nullable
    UUID organizationId() {
        return ownerId.equals(Accounts.PLATFORM) ? null : ownerId;
    }

    SigningKey toApi() {
        return new SigningKey(
                id, key().pem(), createdAt.toInstant(), revokedAt == null ? null : revokedAt.toInstant(), publishedIn);
    }
}
