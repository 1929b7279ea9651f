package io.mlaas.provenance.dsse;

/** Who signs: a key in this process, or one behind a service. */
public interface Signer {

    /** Signs the pre-authentication encoding of this payload. */
    Signed sign(String payloadType, byte[] payload);

    /**
     * @param key that checks it
     * @param signature in DER
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Signed(EvidenceKey key, byte[] signature) {}
}
