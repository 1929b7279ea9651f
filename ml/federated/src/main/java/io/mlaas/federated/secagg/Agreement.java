package io.mlaas.federated.secagg;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.HKDFParameterSpec;

/** X25519 (RFC 7748) and HKDF-SHA256 (RFC 5869): KA.gen and KA.agree of the paper. Keys are 32 bytes, little-endian. */
public final class Agreement {

    public static final int BYTES = 32;
    private static final BigInteger BASE_POINT = BigInteger.valueOf(9);

    private final PrivateKey key;
    private final byte[] publicKey;

    /** @param secret 32 bytes, of which X25519 sets five bits itself: it can be shared and restored as it is */
    public Agreement(byte[] secret) {
        try {
            key = KeyFactory.getInstance("X25519")
                    .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret));
            publicKey = multiply(BASE_POINT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no X25519", e);
        }
    }

    public static byte[] secret(SecureRandom random) {
        var secret = new byte[BYTES];
        random.nextBytes(secret);
        return secret;
    }

    public byte[] publicKey() {
        return publicKey.clone();
    }

    /**
     * The key of both sides for one purpose.
     *
     * @throws SecAggException the other's key is of small order, so that everybody would know the secret
     */
    public byte[] agree(String other, byte[] otherKey, String purpose) {
        try {
            return derive(multiply(littleEndian(otherKey)), purpose);
        } catch (InvalidKeyException e) {
            throw new SecAggException(other, "public key of small order", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no X25519", e);
        }
    }

    static byte[] derive(byte[] secret, String purpose) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .thenExpand(purpose.getBytes(StandardCharsets.UTF_8), BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HKDF", e);
        }
    }

    private byte[] multiply(BigInteger u) throws GeneralSecurityException {
        var agreement = KeyAgreement.getInstance("X25519");
        agreement.init(key);
        agreement.doPhase(
                KeyFactory.getInstance("X25519").generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u)),
                true);
        return agreement.generateSecret();
    }

    private static BigInteger littleEndian(byte[] bytes) {
        var reversed = new byte[bytes.length];
        for (var i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return new BigInteger(1, reversed);
    }
}
