package io.mlaas.kit.seal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals secrets with AES-256-GCM under the current master key and opens them with the one that they name. Their purpose
 * and their owner's id are authenticated with them, so that a row copied to another owner does not open. Layout: version
 * 2 (1 byte), id of the master key (8), nonce (12), ciphertext and tag (16). Version 1 had no key id; it still opens.
 */
public final class Seal {
    static final int KEY_ID_BYTES = 8;
    static final byte VERSION = 2;
    private static final byte WITHOUT_KEY_ID = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final MasterKeys keys;
    private final String purpose;
    private final SecureRandom random = new SecureRandom();

    /** @param purpose what is sealed, in a word: what was sealed for another purpose does not open */
    public Seal(MasterKeys keys, String purpose) {
        this.keys = keys;
        this.purpose = purpose;
    }

    /**
     * A seal with one key that never changes.
     *
     * @param masterKey 32 bytes
     */
    public Seal(byte[] masterKey, String purpose) {
        this(MasterKeys.of(masterKey), purpose);
    }

    /** Names the master key that seals, without telling anything about it. */
    public String id() {
        return keys.currentId();
    }

    MasterKeys keys() {
        return keys;
    }

    public byte[] seal(UUID ownerId, byte[] secret) {
        MasterKeys.Key key = keys.current();
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, ownerId, nonce).doFinal(secret);
            return ByteBuffer.allocate(1 + KEY_ID_BYTES + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(HexFormat.of().parseHex(key.id()))
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available", e);
        }
    }

    /** @throws SealBrokenException for another owner, an unknown master key, or altered bytes */
    public byte[] open(UUID ownerId, byte[] sealed) {
        ByteBuffer bytes = ByteBuffer.wrap(sealed);
        byte version = bytes.hasRemaining() ? bytes.get() : 0;
        int keyIdBytes = version == VERSION ? KEY_ID_BYTES : 0;
        if ((version != VERSION && version != WITHOUT_KEY_ID)
                || bytes.remaining() < keyIdBytes + NONCE_BYTES + TAG_BITS / 8) {
            throw new SealBrokenException("owner " + ownerId + ": not a sealed secret of version " + VERSION);
        }
        return version == VERSION ? openWithKeyId(ownerId, bytes) : openWithoutKeyId(ownerId, bytes);
    }

    private byte[] openWithKeyId(UUID ownerId, ByteBuffer bytes) {
        byte[] id = new byte[KEY_ID_BYTES];
        bytes.get(id);
        String keyId = HexFormat.of().formatHex(id);
        MasterKeys.Key key = keys.find(keyId)
                .orElseThrow(() -> new SealBrokenException("owner " + ownerId + ": sealed with master key " + keyId
                        + " (expected: one of the configured keys, " + String.join(", ", keys.ids()) + ")"));
        return open(key, ownerId, bytes).orElseThrow(() -> broken(ownerId, keyId));
    }

    private byte[] openWithoutKeyId(UUID ownerId, ByteBuffer bytes) {
        for (MasterKeys.Key key : keys.all()) {
            Optional<byte[]> secret = open(key, ownerId, bytes.duplicate());
            if (secret.isPresent()) {
                return secret.get();
            }
        }
        throw broken(ownerId, String.join(", ", keys.ids()));
    }

    private Optional<byte[]> open(MasterKeys.Key key, UUID ownerId, ByteBuffer bytes) {
        byte[] nonce = new byte[NONCE_BYTES];
        bytes.get(nonce);
        byte[] text = new byte[bytes.remaining()];
        bytes.get(text);
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, key, ownerId, nonce).doFinal(text));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM is not available", e);
        }
    }

    private static SealBrokenException broken(UUID ownerId, String keyIds) {
        return new SealBrokenException("owner " + ownerId + ": the sealed secret does not open with master key "
                + keyIds + " (expected: the key it was sealed with, and an unaltered row)");
    }

    private Cipher cipher(int mode, MasterKeys.Key key, UUID ownerId, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.secret(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(("mlaas " + purpose + " " + ownerId).getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
