package io.mlaas.kit.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;

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

        assertThat(first).isNotEqualTo(seal.seal(ACME, SECRET)).hasSize(1 + 12 + SECRET.length + 16);
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
                .hasMessageContaining(other.id());
    }

    private static byte[] masterKey(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }
}
