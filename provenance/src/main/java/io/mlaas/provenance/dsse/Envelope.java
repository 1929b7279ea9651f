package io.mlaas.provenance.dsse;

import io.mlaas.provenance.InvalidEvidenceException;
import io.mlaas.provenance.json.Members;
import io.mlaas.provenance.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A payload with its signatures (DSSE 1.0). This is the platform's own form, which has exactly one writing: compact, the
 * members in this order, each signature with the id of its key; any other is refused. Envelopes inside of model signatures
 * may be written as others do it: see {@code io.mlaas.provenance.signing.Bundle}.
 *
 * @param payloadType a media type
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Envelope(String payloadType, byte[] payload, List<EnvelopeSignature> signatures) {
    /** The media type of in-toto statements. */
    public static final String IN_TOTO = "application/vnd.in-toto+json";

    /**
     * @param keyId the signing key's {@link EvidenceKey#id()}; empty if it is not said
     * @param signature in DER
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record EnvelopeSignature(String keyId, byte[] signature) {}

    public Envelope {
        payload = payload.clone();
        signatures = List.copyOf(signatures);
        if (signatures.isEmpty()) {
            throw new InvalidEvidenceException("envelope.signatures: none (expected: at least one)");
        }
    }

    /** Signs a payload. */
    public static Envelope sign(String payloadType, byte[] payload, Signer signer) {
        Signer.Signed signed = signer.sign(payloadType, payload);
        return new Envelope(
                payloadType, payload, List.of(new EnvelopeSignature(signed.key().id(), signed.signature())));
    }

    /** Reads the platform's own form. */
    public static Envelope parse(byte[] json) {
        Members members = StrictJson.object(json, "envelope");
        Envelope envelope = read(members);
        if (!Arrays.equals(json, envelope.toJson())) {
            throw new InvalidEvidenceException(
                    "envelope: written in another way (expected: compact JSON; payloadType, payload, signatures)");
        }
        return envelope;
    }

    /** Reads an envelope in any writing; unknown members are refused. */
    public static Envelope read(Members members) {
        String payloadType = members.text("payloadType");
        byte[] payload = members.base64("payload");
        List<EnvelopeSignature> signatures = new ArrayList<>();
        for (Members.Element element : members.array("signatures")) {
            Members signature = element.object();
            signatures.add(new EnvelopeSignature(signature.optionalText("keyid").orElse(""), signature.base64("sig")));
            signature.end();
        }
        members.end();
        if (signatures.isEmpty()) {
            throw new InvalidEvidenceException(members.path("signatures") + ": none (expected: at least one)");
        }
        return new Envelope(payloadType, payload, signatures);
    }

    /** What is signed: type and payload with their lengths, so that neither can be taken for a part of the other. */
    public static byte[] preAuthenticationEncoding(String payloadType, byte[] payload) {
        byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("DSSEv1 " + type.length + " " + payloadType + " " + payload.length + " ")
                .getBytes(StandardCharsets.UTF_8);
        byte[] encoded = Arrays.copyOf(head, head.length + payload.length);
        System.arraycopy(payload, 0, encoded, head.length, payload.length);
        return encoded;
    }

    /**
     * The payload, once every signature is found to be this key's.
     *
     * @param expectedType of the payload
     */
    public byte[] verify(EvidenceKey key, String expectedType) {
        if (!payloadType.equals(expectedType)) {
            throw new InvalidEvidenceException(
                    "envelope.payloadType: " + StrictJson.shown(payloadType) + " (expected: " + expectedType + ")");
        }
        byte[] signed = preAuthenticationEncoding(payloadType, payload);
        for (int i = 0; i < signatures.size(); i++) {
            EnvelopeSignature signature = signatures.get(i);
            String path = "envelope.signatures[" + i + "]";
            if (!signature.keyId().isEmpty() && !signature.keyId().equals(key.id())) {
                throw new InvalidEvidenceException(path + ".keyid: " + StrictJson.shown(signature.keyId())
                        + " (expected: " + key.id() + ", the given key's)");
            }
            if (!key.verifies(signed, signature.signature())) {
                throw new InvalidEvidenceException(
                        path + ".sig: not a signature of this payload by the key " + key.id());
            }
        }
        return payload.clone();
    }

    @Override
    public byte[] payload() {
        return payload.clone();
    }

    public ObjectNode toTree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("payloadType", payloadType);
        tree.put("payload", Base64.getEncoder().encodeToString(payload));
        var array = tree.putArray("signatures");
        for (EnvelopeSignature signature : signatures) {
            array.addObject()
                    .put("keyid", signature.keyId())
                    .put("sig", Base64.getEncoder().encodeToString(signature.signature()));
        }
        return tree;
    }

    /** The exact bytes that are published, and whose digest is anchored. */
    public byte[] toJson() {
        return StrictJson.write(toTree());
    }
}
