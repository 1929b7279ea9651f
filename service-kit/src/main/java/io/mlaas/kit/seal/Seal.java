package io.mlaas.kit.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets with AES-256-GCM under a master key. Their purpose and their owner's id are authenticated with them, so
 * that a row copied to another owner does not open. Layout: version (1 byte), nonce (12), ciphertext and tag (16).
 */
public final class Seal {
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec masterKey;
    private final String purpose;
    private final String id;
    private final SecureRandom random = new SecureRandom();

    /**
     * @param masterKey 32 bytes
     * @param purpose what is sealed, in a word: what was sealed for another purpose does not open
     */
    public Seal(byte[] masterKey, String purpose) {
        if (masterKey.length != 32) {
            throw new IllegalArgumentException("master key: " + masterKey.length + " bytes (expected: 32)");
        }
        this.purpose = purpose;
        this.masterKey = new SecretKeySpec(masterKey, "AES");
        this.id = fingerprint(masterKey);
    }

    /** Names the master key without telling anything about it. */
    public String id() {
        return id;
    }

    public byte[] seal(UUID ownerId, byte[] secret) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, ownerId, nonce).doFinal(secret);
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available", e);
        }
    }

    /** @throws SealBrokenException for another owner, another master key, or altered bytes */
    public byte[] open(UUID ownerId, byte[] sealed) {
        ByteBuffer bytes = ByteBuffer.wrap(sealed);
        if (sealed.length < 1 + NONCE_BYTES + TAG_BITS / 8 || bytes.get() != VERSION) {
            throw new SealBrokenException("owner " + ownerId + ": not a sealed secret of version " + VERSION);
        }
        byte[] nonce = new byte[NONCE_BYTES];
        bytes.get(nonce);
        byte[] text = new byte[bytes.remaining()];
        bytes.get(text);
        try {
            return cipher(Cipher.DECRYPT_MODE, ownerId, nonce).doFinal(text);
        } catch (AEADBadTagException e) {
            throw new SealBrokenException(
                    "owner " + ownerId + ": the sealed secret does not open with master key " + id
                            + " (expected: the key it was sealed with, and an unaltered row)",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available", e);
        }
    }

    private Cipher cipher(int mode, UUID ownerId, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, masterKey, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(("mlaas " + purpose + " " + ownerId).getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }

    private static String fingerprint(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("mlaas master key".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest.digest(key), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}
