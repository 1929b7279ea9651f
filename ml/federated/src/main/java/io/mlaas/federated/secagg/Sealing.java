package io.mlaas.federated.secagg;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** ChaCha20-Poly1305 (RFC 8439) between two clients, and commitments. Each key seals one message: the nonce is zero. */
public final class Sealing {

    private static final String DOMAIN = "mlaas-secagg/1 ";

    private Sealing() {}

    public static byte[] seal(byte[] key, byte[] plain) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, key).doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no ChaCha20-Poly1305", e);
        }
    }

    /** @throws SecAggException it was sealed with another key, or was changed; names the sender */
    public static byte[] open(String sender, byte[] key, byte[] sealed) {
        try {
            return cipher(Cipher.DECRYPT_MODE, key).doFinal(sealed);
        } catch (AEADBadTagException e) {
            throw new SecAggException(sender, "a message that is not sealed with the agreed key", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no ChaCha20-Poly1305", e);
        }
    }

    private static Cipher cipher(int mode, byte[] key) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("ChaCha20-Poly1305");
        cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(new byte[12]));
        return cipher;
    }

    /** Session and names, unambiguously: the purpose of a key. The order of the two names is that of the message. */
    public static String purpose(String kind, String session, String first, String second) {
        return DOMAIN + kind + " " + session.length() + ":" + session + " " + first.length() + ":" + first + " "
                + second.length() + ":" + second;
    }

    /** Binds a client to a secret of 256 random bits or a share of it without telling it. */
    static byte[] commitment(String purpose, byte[] secret) {
        var digest = sha256();
        digest.update(purpose.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return digest.digest(secret);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
