package io.mlaas.onnx.parity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** An Ed25519 key to sign certificates with. */
public record SigningKey(PrivateKey privateKey, PublicKey publicKey) {
    private static final String ED25519 = "Ed25519";

    /**
     * A file of {@code openssl genpkey -algorithm ed25519}: PKCS #8 in PEM, not encrypted.
     *
     * @throws IllegalArgumentException when it is no such key
     * @throws IOException when the file cannot be read
     */
    public static SigningKey read(Path pem) throws IOException {
        return parse(Files.readString(pem, StandardCharsets.US_ASCII));
    }

    /** @throws IllegalArgumentException as {@link #read} */
    public static SigningKey parse(String pem) {
        String body = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        try {
            PrivateKey key = KeyFactory.getInstance(ED25519)
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
            byte[] seed = ((EdECPrivateKey) key)
                    .getBytes()
                    .orElseThrow(() -> new IllegalArgumentException("key: it cannot be read (expected: its 32 bytes)"));
            return new SigningKey(key, publicKey(seed));
        } catch (GeneralSecurityException | ClassCastException e) {
            throw new IllegalArgumentException("key: not of " + ED25519 + " (expected: PKCS #8 in PEM)", e);
        }
    }

    /** The platform computes a public key only when it makes a pair: it is given the seed as its randomness. */
    private static PublicKey publicKey(byte[] seed) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ED25519);
        generator.initialize(new NamedParameterSpec(ED25519), new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(seed, 0, bytes, 0, bytes.length);
            }
        });
        return generator.generateKeyPair().getPublic();
    }

    /** Without the secret half. */
    @Override
    public String toString() {
        return ED25519 + " " + Base64.getEncoder().encodeToString(publicKey.getEncoded());
    }
}
