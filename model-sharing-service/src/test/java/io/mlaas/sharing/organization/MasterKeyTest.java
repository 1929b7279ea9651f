package io.mlaas.sharing.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MasterKeyTest {
    private static final UUID ACME = UUID.randomUUID();

    private final MasterKey key = new MasterKey(Base64.getEncoder().encodeToString(new byte[32]));

    @Test
    void opensWhatItSealed() {
        byte[] plain = {1, 2, 3};
        byte[] sealed = key.seal(plain, ACME);
        assertThat(key.open(sealed, ACME)).isEqualTo(plain);
        assertThat(key.seal(plain, ACME)).isNotEqualTo(sealed);
    }

    @Test
    void opensNothingForAnotherCompany() {
        byte[] sealed = key.seal(new byte[] {1}, ACME);
        assertThatThrownBy(() -> key.open(sealed, UUID.randomUUID())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void opensNothingThatWasChanged() {
        byte[] sealed = key.seal(new byte[] {1}, ACME);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> key.open(changed, ACME)).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> key.open(new byte[5], ACME)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void saysWhatIsWrongWithAKey() {
        assertThatThrownBy(() -> new MasterKey(""))
                .hasMessage("mlaas.sharing.master-key: 0 bytes (expected: 32 bytes in base64)");
        assertThatThrownBy(() -> new MasterKey("?"))
                .hasMessage("mlaas.sharing.master-key: not base64 (expected: 32 bytes in base64)");
    }
}
