package io.mlaas.sharing.provenance;

import io.mlaas.api.blockchain.Signature;
import io.mlaas.provenance.dsse.Envelope;
import io.mlaas.provenance.dsse.EvidenceKey;
import io.mlaas.provenance.merkle.InclusionProof;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Makes of payloads and signatures the documents that are served; none is kept whose signature is not good. */
final class Documents {
    static final String PAYLOAD_TYPE = Envelope.IN_TOTO;

    private Documents() {}

    /** A signed statement; what is anchored is the digest of its bytes. */
    static EvidenceSteps.Signed envelope(Signature signature) {
        EvidenceKey key = key(signature);
        Envelope envelope = new Envelope(
                PAYLOAD_TYPE,
                signature.payload(),
                List.of(new Envelope.EnvelopeSignature(key.id(), signature.signature())));
        envelope.verify(key, PAYLOAD_TYPE);
        byte[] content = envelope.toJson();
        return new EvidenceSteps.Signed(content, sha256(content), key.id(), key.pem());
    }

    /** An inclusion proof as it is served, once its path was found to lead from this digest to its root. */
    static String proof(io.mlaas.api.blockchain.InclusionProof given, String digest) {
        if (!given.digest().equals(digest)) {
            throw new IllegalStateException("digest: " + given.digest() + " (expected: " + digest + ")");
        }
        InclusionProof proof = new InclusionProof(
                given.digest(),
                given.logIndex(),
                given.treeSize(),
                given.hashes(),
                given.root(),
                given.chainId(),
                given.registry(),
                given.batch(),
                given.transaction(),
                given.block(),
                given.blockTime());
        proof.verify();
        return new String(proof.toJson(), StandardCharsets.UTF_8);
    }

    static EvidenceKey key(Signature signature) {
        EvidenceKey key = EvidenceKey.fromPem(signature.publicKey());
        if (!key.id().equals(signature.keyId())) {
            throw new IllegalStateException("key_id: " + signature.keyId() + " (expected: " + key.id() + ")");
        }
        return key;
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
