package io.mlaas.provenance.dsse;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;

/** Signs with a key pair of this process. */
public final class LocalSigner implements Signer {
    private final PrivateKey privateKey;
    private final EvidenceKey key;

    public LocalSigner(KeyPair pair) {
        this(pair.getPrivate(), EvidenceKey.of(pair.getPublic()));
    }

    public LocalSigner(PrivateKey privateKey, EvidenceKey key) {
        this.privateKey = privateKey;
        this.key = key;
    }

    /** A new key pair on P-256. */
    public static KeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no P-256", e);
        }
    }

    public EvidenceKey key() {
        return key;
    }

    @Override
    public Signed sign(String payloadType, byte[] payload) {
        try {
            Signature signature = Signature.getInstance(key.algorithm());
            signature.initSign(privateKey);
            signature.update(Envelope.preAuthenticationEncoding(payloadType, payload));
            return new Signed(key, signature.sign());
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("private key: of another kind than " + key, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no signature can be computed", e);
        }
    }
}
