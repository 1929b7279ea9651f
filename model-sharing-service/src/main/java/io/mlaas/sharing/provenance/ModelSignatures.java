package io.mlaas.sharing.provenance;

import io.mlaas.api.blockchain.Signature;
import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.dsse.Signer;
import io.mlaas.provenance.signing.Bundle;
import io.mlaas.provenance.signing.Manifest;
import io.mlaas.sharing.registry.ModelFacts;
import java.util.Arrays;
import java.util.Objects;

/**
 * OpenSSF Model Signing bundles of models' files. They are made of the file's name and of the digest that the registry has
 * and the chain confirms: no byte of the file is read again.
 */
final class ModelSignatures {
    private ModelSignatures() {}

    static byte[] payload(ModelFacts model) {
        return manifest(model).statement().toJson();
    }

    /** The bundle; what is anchored is its subject's digest. */
    static EvidenceSteps.Signed bundle(ModelFacts model, Signature signature) {
        EvidenceKey key = Documents.key(signature);
        Manifest manifest = manifest(model);
        Bundle bundle = Bundle.sign(manifest, (type, payload) -> {
            if (!Arrays.equals(payload, signature.payload())) {
                throw new IllegalStateException("another payload was signed than that of model "
                        + model.status().modelId());
            }
            return new Signer.Signed(key, signature.signature());
        });
        bundle.verify(key);
        return new EvidenceSteps.Signed(bundle.toJson(), manifest.subjectDigest(), key.id(), key.pem());
    }

    private static Manifest manifest(ModelFacts model) {
        return Manifest.ofFile(
                Objects.requireNonNull(model.status().fileName()),
                Objects.requireNonNull(model.status().sha256()));
    }
}
