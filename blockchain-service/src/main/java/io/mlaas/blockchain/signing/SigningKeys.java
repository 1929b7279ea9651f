package io.mlaas.blockchain.signing;

import io.mlaas.api.blockchain.Signature;
import io.mlaas.api.blockchain.SignatureRequest;
import io.mlaas.api.blockchain.SigningKey;
import io.mlaas.blockchain.account.Accounts;
import io.mlaas.kit.problem.PlatformProblem;
import io.mlaas.kit.seal.MasterKeys;
import io.mlaas.kit.seal.Seal;
import io.mlaas.kit.security.Caller;
import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.dsse.LocalSigner;
import io.mlaas.provenance.dsse.Signer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes keys on P-256 and signs with them. A private key is in clear only while a signature is computed. */
@Component
class SigningKeys {
    static final String SEALED_AS = "signing-key";

    private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);

    private final SigningKeyRepository repository;
    private final TransactionTemplate transactions;
    private final Seal seal;

    SigningKeys(SigningKeyRepository repository, TransactionTemplate transactions, MasterKeys masterKeys) {
        this.repository = repository;
        this.transactions = transactions;
        this.seal = new Seal(masterKeys, SEALED_AS);
    }

    /** Signs a DSSE payload with the key in use of an organization, made at its first use. */
    Signature sign(SignatureRequest request, Caller caller) {
        if (!caller.isPlatform() && !caller.organizationId().equals(request.organizationId())) {
            throw PlatformProblem.FORBIDDEN.because(
                    "organization_id: " + request.organizationId() + " (expected: the company of the user acted for)");
        }
        StoredKey key = inUse(owner(request.organizationId()));
        Signer.Signed signed = signer(key).sign(request.payloadType(), request.payload());
        return new Signature(
                request.payloadType(),
                request.payload(),
                signed.signature(),
                key.id(),
                signed.key().pem());
    }

    /** The newest first. */
    List<SigningKey> list(@Nullable UUID organizationId) {
        return repository.of(owner(organizationId)).stream()
                .map(StoredKey::toApi)
                .toList();
    }

    /** Takes the key in use out of use, and puts a new one in its place. */
    SigningKey rotate(@Nullable UUID organizationId) {
        UUID ownerId = owner(organizationId);
        StoredKey old = repository
                .inUse(ownerId)
                .orElseThrow(() -> SigningProblem.NO_SIGNING_KEY.because(
                        "organization_id: " + organizationId + " (expected: one that has signed something)"));
        transactions.executeWithoutResult(status -> {
            if (repository.revoke(old)) {
                add(ownerId);
                log.info("signing key {} of organization {} was replaced", old.id(), ownerId);
            }
        });
        return inUse(ownerId).toApi();
    }

    private static UUID owner(@Nullable UUID organizationId) {
        return Optional.ofNullable(organizationId).orElse(Accounts.PLATFORM);
    }

    private StoredKey inUse(UUID ownerId) {
        return repository.inUse(ownerId).orElseGet(() -> {
            add(ownerId);
            // Perhaps another process was faster: then its key it is.
            return repository.inUse(ownerId).orElseThrow();
        });
    }

    private void add(UUID ownerId) {
        KeyPair pair = LocalSigner.newKeyPair();
        EvidenceKey key = EvidenceKey.of(pair.getPublic());
        repository.add(ownerId, key, seal.seal(ownerId, pair.getPrivate().getEncoded()));
        log.info("made signing key {} for organization {}", key.id(), ownerId);
    }

    private LocalSigner signer(StoredKey stored) {
        byte[] opened = seal.open(stored.ownerId(), repository.sealedKey(stored.id()));
        try {
            PrivateKey privateKey = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(opened));
            return new LocalSigner(privateKey, stored.key());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("signing key " + stored.id() + ": is not a key on P-256", e);
        }
    }
}
