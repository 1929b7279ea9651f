package io.mlaas.onnx.parity;

import io.mlaas.onnx.PlainJson;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A certificate with an Ed25519 signature (RFC 8032). What is signed are the bytes of {@code certificate}, a text, so that
 * nobody needs to agree on how JSON is written.
 *
 * @param certificate the JSON text
 * @param algorithm {@code Ed25519}
 * @param publicKey the key to verify with, as X.509's SubjectPublicKeyInfo, in base64; whoever verifies must know it from
 *     elsewhere
 * @param signature in base64
 */
public record SignedCertificate(String certificate, String algorithm, String publicKey, String signature) {
    private static final String ED25519 = "Ed25519";

    public static SignedCertificate sign(String certificate, SigningKey key) {
        try {
            Signature signature = Signature.getInstance(ED25519);
            signature.initSign(key.privateKey());
            signature.update(certificate.getBytes(StandardCharsets.UTF_8));
            return new SignedCertificate(
                    certificate,
                    ED25519,
                    Base64.getEncoder().encodeToString(key.publicKey().getEncoded()),
                    Base64.getEncoder().encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("key: " + key + " (expected: " + ED25519 + ")", e);
        }
    }

    /** Whether this very certificate was signed with the other half of the key, which the caller trusts. */
    public boolean isSignedBy(PublicKey trusted) {
        try {
            Signature check = Signature.getInstance(ED25519);
            check.initVerify(trusted);
            check.update(certificate.getBytes(StandardCharsets.UTF_8));
            return algorithm.equals(ED25519) && check.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** The key that it names. @throws IllegalArgumentException when it is none */
    public PublicKey namedKey() {
        try {
            return KeyFactory.getInstance(ED25519)
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("public_key: no key of " + ED25519, e);
        }
    }

    /** The certificate's fields, and under {@code signature} what is needed to verify them, with the signed text. */
    public String toJson() {
        ObjectNode json = (ObjectNode) PlainJson.MAPPER.readTree(certificate);
        ObjectNode proof = json.putObject("signature");
        proof.put("algorithm", algorithm);
        proof.put("public_key", publicKey);
        proof.put("value", signature);
        proof.put("signed_text", certificate);
        return PlainJson.MAPPER.writeValueAsString(json);
    }

    /**
     * @throws IllegalArgumentException when the fields that are shown are not those that are signed, or there is no
     *     signature
     */
    public static SignedCertificate fromJson(String json) {
        JsonNode read = PlainJson.MAPPER.readTree(json);
        JsonNode proof = read.path("signature");
        String text = proof.path("signed_text").asString("");
        if (!(read instanceof ObjectNode shown) || text.isEmpty()) {
            throw new IllegalArgumentException("signature: none (expected: one with signed_text)");
        }
        shown.remove("signature");
        if (!PlainJson.MAPPER.readTree(text).equals(shown)) {
            throw new IllegalArgumentException("certificate: other fields are shown than are signed");
        }
        return new SignedCertificate(
                text,
                proof.path("algorithm").asString(""),
                proof.path("public_key").asString(""),
                proof.path("value").asString(""));
    }
}
