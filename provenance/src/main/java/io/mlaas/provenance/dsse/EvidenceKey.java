package io.mlaas.provenance.dsse;

import io.mlaas.provenance.InvalidEvidenceException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A public key that signatures are checked with: on P-256 (with SHA-256), P-384 (SHA-384) or P-521 (SHA-512). */
public final class EvidenceKey {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

    private final ECPublicKey key;
    private final Curve curve;

    private enum Curve {
        P256(256, "SHA256withECDSA", "PKIX_ECDSA_P256_SHA_256"),
        P384(384, "SHA384withECDSA", "PKIX_ECDSA_P384_SHA_384"),
        P521(521, "SHA512withECDSA", "PKIX_ECDSA_P521_SHA_512");

        private final int bits;
        private final String algorithm;
        private final String details;

        Curve(int bits, String algorithm, String details) {
            this.bits = bits;
            this.algorithm = algorithm;
            this.details = details;
        }
    }

    private EvidenceKey(ECPublicKey key, Curve curve) {
        this.key = key;
        this.curve = curve;
    }

    /** @throws InvalidEvidenceException if it is not a key of one of these curves */
    public static EvidenceKey of(PublicKey key) {
        if (key instanceof ECPublicKey elliptic) {
            int bits = elliptic.getParams().getCurve().getField().getFieldSize();
            for (Curve curve : Curve.values()) {
                // Of the other curves with as many bits, the JDK knows none any more.
                if (curve.bits == bits) {
                    return new EvidenceKey(elliptic, curve);
                }
            }
        }
        throw new InvalidEvidenceException(
                "public key: " + key.getAlgorithm() + " (expected: of the curves P-256, P-384, P-521)");
    }

    /** From PEM, as {@code openssl ec -pubout} writes it. */
    public static EvidenceKey fromPem(String pem) {
        Matcher matcher = PEM.matcher(pem);
        if (!matcher.find()) {
            throw new InvalidEvidenceException("public key: not PEM (expected: -----BEGIN PUBLIC KEY-----…)");
        }
        try {
            return fromDer(Base64.getMimeDecoder().decode(matcher.group(1)));
        } catch (IllegalArgumentException e) {
            throw new InvalidEvidenceException("public key: not Base64 inside", e);
        }
    }

    /** From a DER SubjectPublicKeyInfo. */
    public static EvidenceKey fromDer(byte[] der) {
        try {
            return of(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der)));
        } catch (InvalidKeySpecException e) {
            throw new InvalidEvidenceException("public key: not a SubjectPublicKeyInfo of an elliptic curve", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no elliptic curves", e);
        }
    }

    /** The SubjectPublicKeyInfo as PEM: lines of 64 characters, each with its line feed. */
    public String pem() {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }

    /**
     * The fingerprint that names it: SHA-256 of its PEM, in hexadecimal, so that {@code sha256sum key.pem} prints it. Model
     * signing's hint is the same.
     */
    public String id() {
        return HexFormat.of().formatHex(sha256(pem().getBytes(StandardCharsets.US_ASCII)));
    }

    /** Its kind, as Sigstore names it. */
    public String details() {
        return curve.details;
    }

    String algorithm() {
        return curve.algorithm;
    }

    public PublicKey publicKey() {
        return key;
    }

    /**
     * Whether a signature is this key's.
     *
     * @param signature in DER, in its one form
     */
    public boolean verifies(byte[] message, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(curve.algorithm);
            verifier.initVerify(key);
            verifier.update(message);
            return isDer(signature) && verifier.verify(signature);
        } catch (SignatureException e) {
            return false; // malformed
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(curve.algorithm + " cannot be computed", e);
        }
    }

    /** Whether these are two positive integers in their shortest form; the JDK takes longer ones too. */
    private static boolean isDer(byte[] signature) {
        int header = signature.length > 2 && signature[1] == (byte) 0x81 ? 3 : 2;
        if (signature.length < header + 6
                || signature[0] != 0x30
                || (signature[header - 1] & 0xff) != signature.length - header
                || (header == 3) != (signature.length - header > 127)) {
            return false;
        }
        int second = integer(signature, header);
        return second > 0 && integer(signature, second) == signature.length;
    }

    /** Where the integer that begins here ends; -1 if it is none. */
    private static int integer(byte[] der, int begin) {
        if (begin + 2 >= der.length || der[begin] != 0x02) {
            return -1;
        }
        int end = begin + 2 + der[begin + 1];
        if (der[begin + 1] <= 0 || end > der.length) {
            return -1;
        }
        byte[] bytes = Arrays.copyOfRange(der, begin + 2, end);
        BigInteger value = new BigInteger(bytes);
        return value.signum() > 0 && value.toByteArray().length == bytes.length ? end : -1;
    }

    /** A digest; every Java has it. */
    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EvidenceKey that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return curve + " " + id();
    }
}
