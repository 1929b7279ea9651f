package io.mlaas.stack.evidence;

import io.mlaas.contracts.PublishedKey;
import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.dsse.Envelope;
import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.signing.Bundle;
import io.mlaas.provenance.signing.VerificationMaterial;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The keys that somebody shows; whose they are, the chain says. */
final class Keys {
    private final Anchoring chain;
    private final BiConsumer<String, String> found;
    private final Map<String, EvidenceKey> byId = new LinkedHashMap<>();

    Keys(Anchoring chain, List<String> pems, BiConsumer<String, String> found) {
        this.chain = chain;
        this.found = found;
        for (String pem : pems) {
            EvidenceKey key = EvidenceKey.fromPem(pem);
            if (!key.pem().equals(pem)) {
                throw new InvalidEvidenceException(
                        "public key " + key.id() + ": written in another way (expected: PEM as openssl writes it)");
            }
            byId.put(key.id(), key);
        }
    }

    EvidenceKey of(Envelope envelope) {
        return named(envelope.signatures().getFirst().keyId());
    }

    EvidenceKey of(Bundle bundle) {
        return switch (bundle.material()) {
            case VerificationMaterial.KeyHint(String hint) -> named(hint);
            case VerificationMaterial.KeyShown(EvidenceKey shown) -> named(shown.id());
            case VerificationMaterial.Certificates certificates -> throw noKey();
            case VerificationMaterial.Keyless keyless -> throw noKey();
        };
    }

    private static InvalidEvidenceException noKey() {
        return new InvalidEvidenceException("signed with a certificate (expected: a key that is on the chain; "
                + "\"model_signing verify\" checks certificates)");
    }

    private EvidenceKey named(String id) {
        EvidenceKey key = byId.get(id);
        if (key == null) {
            throw new InvalidEvidenceException("signed by the key " + id + " (given with --key: "
                    + (byId.isEmpty() ? "none" : String.join(", ", byId.keySet())) + ")");
        }
        return key;
    }

    /**
     * The chain has to know the key, as one that was not revoked before what it signed was anchored.
     *
     * @param anchoredAt null if that is not shown
     */
    PublishedKey requireGood(EvidenceKey key, boolean ofThePlatform, @Nullable Instant anchoredAt) {
        PublishedKey published = chain.keyOf(key.id())
                .orElseThrow(() -> new InvalidEvidenceException(key.id() + " is not published in " + chain.registry()));
        Instant revokedAt = published.revokedAt();
        if (revokedAt != null && (anchoredAt == null || !anchoredAt.isBefore(revokedAt))) {
            throw new InvalidEvidenceException(key.id() + " was revoked at " + revokedAt
                    + (anchoredAt == null
                            ? " (expected: a --proof that what it signed was anchored before)"
                            : ", and what it signed was anchored at " + anchoredAt));
        }
        String owner =
                published.organizationId() == null ? "the platform" : "organization " + published.organizationId();
        if (ofThePlatform && published.organizationId() != null) {
            throw new InvalidEvidenceException(key.id() + " is the key of " + owner
                    + " (expected: a key of the platform, which makes statements)");
        }
        found.accept("key", "%s is published as the key of %s".formatted(key.id(), owner));
        return published;
    }
}
