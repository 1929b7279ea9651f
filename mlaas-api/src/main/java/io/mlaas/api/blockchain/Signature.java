package io.mlaas.api.blockchain;

/**
 * A signature of a DSSE envelope: ECDSA on P-256 with SHA-256, over the pre-authentication encoding of type and payload.
 *
 * @param signature in DER
 * @param keyId the key's fingerprint: SHA-256 of its PEM, in hexadecimal
 * @param publicKey the SubjectPublicKeyInfo as PEM
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Signature(String payloadType, byte[] payload, byte[] signature, String keyId, String publicKey) {}
