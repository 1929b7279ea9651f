package io.mlaas.kit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealTest {
    private static final UUID ACME = UUID.fromString("5d066d58-06de-47ab-a2f6-c8f413e21947");
    private static final byte[] SECRET = "a private key of thirty-two byte".getBytes(StandardCharsets.US_ASCII);

    private final Seal seal = new Seal(masterKey(1), "account");

    @Test
    void opensWhatItSealedForTheSameOwner() {
        assertThat(seal.open(ACME, seal.seal(ACME, SECRET))).isEqualTo(SECRET);
    }

    @Test
    void sealsTheSameSecretDifferentlyEachTimeAndHidesIt() {
        byte[] first = seal.seal(ACME, SECRET);

        assertThat(first).isNotEqualTo(seal.seal(ACME, SECRET)).hasSize(1 + 8 + 12 + SECRET.length + 16);
        assertThat(new String(first, StandardCharsets.ISO_8859_1)).doesNotContain("private");
    }

    @Test
    void refusesARowOfAnotherOwner() {
        byte[] sealed = seal.seal(ACME, SECRET);

        assertThatThrownBy(() -> seal.open(UUID.randomUUID(), sealed)).isInstanceOf(SealBrokenException.class);
    }

    @Test
    void refusesWhatWasSealedForAnotherPurpose() {
        byte[] sealed = new Seal(masterKey(1), "bucket").seal(ACME, SECRET);

        assertThatThrownBy(() -> seal.open(ACME, sealed)).isInstanceOf(SealBrokenException.class);
    }

    @Test
    void refusesAnAlteredRowWhereverItIsAltered() {
        byte[] sealed = seal.seal(ACME, SECRET);
        for (int i = 0; i < sealed.length; i++) {
            byte[] altered = sealed.clone();
            altered[i] ^= 1;
            assertThatThrownBy(() -> seal.open(ACME, altered)).isInstanceOf(SealBrokenException.class);
        }
        assertThatThrownBy(() -> seal.open(ACME, Arrays.copyOf(sealed, 20))).isInstanceOf(SealBrokenException.class);
    }

    @Test
    void refusesAnotherMasterKeyAndNamesItWithoutShowingIt() {
        byte[] sealed = seal.seal(ACME, SECRET);
        Seal other = new Seal(masterKey(2), "account");

        assertThat(other.id()).hasSize(16).isNotEqualTo(seal.id());
        assertThatThrownBy(() -> other.open(ACME, sealed))
                .isInstanceOf(SealBrokenException.class)
                .hasMessageContaining(seal.id())
                .hasMessageContaining(other.id());
    }

    @Test
    void opensWhatWasSealedBeforeKeysHadNames() {
        // As version 1 made it with the key of thirty-two bytes 1, purpose "account" and owner acme.
        byte[] sealed = withoutKeyId(masterKey(1), "account", ACME, SECRET);

        assertThat(seal.open(ACME, sealed)).isEqualTo(SECRET);
        assertThat(new Seal(MasterKeys.from("keys", base64(2) + "," + base64(1), null), "account").open(ACME, sealed))
                .isEqualTo(SECRET);
        assertThatThrownBy(() -> new Seal(masterKey(2), "account").open(ACME, sealed))
                .isInstanceOf(SealBrokenException.class);
        assertThatThrownBy(() -> seal.open(UUID.randomUUID(), sealed)).isInstanceOf(SealBrokenException.class);
    }

    @Test
    void sealsWithTheFirstKeyAndOpensWithEvery() {
        byte[] old = seal.seal(ACME, SECRET);
        Seal both = new Seal(MasterKeys.from("keys", base64(2) + ", " + base64(1), null), "account");

        assertThat(both.open(ACME, old)).isEqualTo(SECRET);
        assertThat(both.id()).isEqualTo(new Seal(masterKey(2), "account").id());
        assertThat(new Seal(masterKey(2), "account").open(ACME, both.seal(ACME, SECRET)))
                .isEqualTo(SECRET);
    }

    @Test
    void readsTheFileAgainWhenARowNamesAKeyItDoesNotKnow(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("keys"), base64(1) + "\n");
        Seal running = new Seal(MasterKeys.from("keys", null, file), "account");
        byte[] early = running.seal(ACME, SECRET);
        Files.writeString(file, base64(2) + "\n" + base64(1) + "\n");
        byte[] ofAnotherReplica = new Seal(masterKey(2), "account").seal(ACME, SECRET);

        assertThat(running.open(ACME, ofAnotherReplica)).isEqualTo(SECRET);
        assertThat(running.open(ACME, early)).isEqualTo(SECRET);
        assertThat(running.id()).isEqualTo(new Seal(masterKey(2), "account").id());
    }

    @Test
    void keepsItsKeysWhenTheFileIsSpoiledAndAKeyThatWasTakenOutTooEarly(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("keys"), base64(1) + "\n");
        MasterKeys keys = MasterKeys.from("keys", null, file);
        byte[] early = new Seal(keys, "account").seal(ACME, SECRET);

        Files.writeString(file, "half a key\n");
        keys.reload();
        assertThat(keys.ids()).containsExactly(seal.id());

        Files.writeString(file, base64(2) + "\n");
        keys.reload();
        assertThat(keys.currentId()).isEqualTo(new Seal(masterKey(2), "account").id());
        assertThat(new Seal(keys, "account").open(ACME, early)).isEqualTo(SECRET);
        assertThat(keys.isConfigured(seal.id())).isFalse();
    }

    private static String base64(int fill) {
        return Base64.getEncoder().encodeToString(masterKey(fill));
    }

    private static byte[] withoutKeyId(byte[] key, String purpose, UUID owner, byte[] secret) {
        byte[] nonce = "twelve bytes".getBytes(StandardCharsets.US_ASCII);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
            cipher.updateAAD(("mlaas " + purpose + " " + owner).getBytes(StandardCharsets.US_ASCII));
            byte[] text = cipher.doFinal(secret);
            return ByteBuffer.allocate(13 + text.length)
                    .put((byte) 1)
                    .put(nonce)
                    .put(text)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] masterKey(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }
}
