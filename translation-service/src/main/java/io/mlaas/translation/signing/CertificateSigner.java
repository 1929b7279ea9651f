package io.mlaas.translation.signing;

import io.mlaas.onnx.parity.SignedCertificate;
import io.mlaas.onnx.parity.SigningKey;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import org.springframework.stereotype.Component;

/** Signs certificates with the platform's key. */
@Component
public class CertificateSigner {
    private final SigningKey key;
    private final String fingerprint;

    CertificateSigner(SigningProperties properties, SigningKeyRepository keys) throws IOException {
        key = KeyFile.readOrMake(properties.keyFile());
        fingerprint = fingerprint(key.publicKey().getEncoded());
        keys.remember(
                fingerprint, Base64.getEncoder().encodeToString(key.publicKey().getEncoded()));
    }

    /**
     * @param certificate a JSON object
     * @return the same with its signature
     */
    public String sign(String certificate) {
        return SignedCertificate.sign(certificate, key).toJson();
    }

    String fingerprint() {
        return fingerprint;
    }

    private static String fingerprint(byte[] publicKey) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(publicKey));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
