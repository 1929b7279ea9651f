package io.mlaas.sharing.provenance;

import io.mlaas.api.blockchain.Signature;
import io.mlaas.sharing.registry.ModelFacts;

/** OpenSSF Model Signing bundles of models' files, from the digest that the registry has of them. */
final class ModelSignatures {
    private ModelSignatures() {}

    static byte[] payload(ModelFacts model) {
        throw new UnsupportedOperationException();
    }

    static EvidenceSteps.Signed bundle(Signature signature) {
        throw new UnsupportedOperationException();
    }
}
