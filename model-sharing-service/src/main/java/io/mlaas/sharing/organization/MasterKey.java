package io.mlaas.sharing.organization;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals companies' credentials with AES-256-GCM. What is sealed for one company opens for that company only: its id is
 * authenticated with the text. Layout: version (1 byte), nonce (12), ciphertext and tag.
 */
final class MasterKey {
    private static final byte VERSION = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    /** @param base64 32 bytes */
    MasterKey(String base64) {
        this.key = new SecretKeySpec(decode(base64), "AES");
    }

    private static byte[] decode(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "mlaas.sharing.master-key: not base64 (expected: 32 bytes in base64)", e);
        }
        if (bytes.length != 32) {
            throw new IllegalArgumentException(
                    "mlaas.sharing.master-key: %d bytes (expected: 32 bytes in base64)".formatted(bytes.length));
        }
        return bytes;
    }

    byte[] seal(byte[] plain, UUID organizationId) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, organizationId).doFinal(plain);
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot seal with AES-GCM", e);
        }
    }

    byte[] open(byte[] sealed, UUID organizationId) {
        if (sealed.length <= 1 + NONCE_BYTES || sealed[0] != VERSION) {
            throw new IllegalStateException("the sealed credentials of " + organizationId + " have an unknown layout");
        }
        ByteBuffer buffer = ByteBuffer.wrap(sealed, 1, sealed.length - 1);
        byte[] nonce = new byte[NONCE_BYTES];
        buffer.get(nonce);
        byte[] text = new byte[buffer.remaining()];
        buffer.get(text);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, organizationId).doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "the credentials of " + organizationId + " were not sealed for it with this master key", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, UUID organizationId) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(organizationId.toString().getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
