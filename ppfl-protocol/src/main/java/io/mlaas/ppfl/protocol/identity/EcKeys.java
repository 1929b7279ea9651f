package io.mlaas.ppfl.protocol.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;

/** Keys on P-256, the one curve of this protocol. */
final class EcKeys {

    static final String SIGNATURE = "SHA256withECDSA";
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private EcKeys() {}

    static KeyPair generate() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no P-256", e);
        }
    }

    static PrivateKey fromPkcs8(byte[] der) {
        try {
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new IdentityException("private key: not PKCS #8 of an EC key", e);
        }
    }

    static void requireP256(PublicKey key) {
        if (!(key instanceof ECPublicKey ec) || !ec.getParams().getOrder().equals(P256_ORDER)) {
            throw new IdentityException("public key: " + key.getAlgorithm() + " (expected: EC on P-256)");
        }
    }

    /** A restored key and certificate that do not belong together would only be noticed by the other side. */
    static void requirePair(PrivateKey privateKey, PublicKey publicKey) {
        try {
            var probe = new byte[] {1};
            var signer = Signature.getInstance(SIGNATURE);
            signer.initSign(privateKey);
            signer.update(probe);
            var verifier = Signature.getInstance(SIGNATURE);
            verifier.initVerify(publicKey);
            verifier.update(probe);
            if (!verifier.verify(signer.sign())) {
                throw new IdentityException("private key: not that of the certificate");
            }
        } catch (GeneralSecurityException e) {
            throw new IdentityException("private key: not that of the certificate", e);
        }
    }
}
