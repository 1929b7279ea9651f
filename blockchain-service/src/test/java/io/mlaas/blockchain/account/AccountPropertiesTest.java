package io.mlaas.blockchain.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountPropertiesTest {
    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

    @Test
    void takesTheMasterKeyFromAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("key"), KEY + "\n");

        assertThat(new AccountProperties(null, file, null).masterKeys().ids()).hasSize(1);
    }

    @Test
    void namesWhatIsWrongAndNeverTheKey(@TempDir Path folder) {
        assertThatThrownBy(() -> new AccountProperties("", null, null).masterKeys())
                .hasMessage("mlaas.blockchain.master-key, mlaas.blockchain.master-key-file: neither is set"
                        + " (expected: one of them)");
        assertThatThrownBy(() -> new AccountProperties(KEY, folder, null).masterKeys())
                .hasMessageContaining("both are set");
        assertThatThrownBy(() -> new AccountProperties("AAAA", null, null).masterKeys())
                .hasMessage("mlaas.blockchain.master-key: 3 bytes (expected: 32 bytes in Base64)");
        assertThatThrownBy(() -> new AccountProperties("no-base64!", null, null).masterKeys())
                .hasMessage("mlaas.blockchain.master-key: (not shown) (expected: 32 bytes in Base64)");
        assertThatThrownBy(() -> new AccountProperties(null, folder.resolve("absent"), null).masterKeys())
                .hasMessageContaining("mlaas.blockchain.master-key-file: ")
                .hasMessageContaining("(expected: a readable file)");
        assertThatThrownBy(() -> new AccountProperties(KEY, null, "0x12"))
                .hasMessage("mlaas.blockchain.registrar-key: (not shown) (expected: 64 hex digits)");
        assertThat(new AccountProperties(KEY, null, "1".repeat(64)).toString())
                .doesNotContain(KEY)
                .doesNotContain("111");
    }
}
