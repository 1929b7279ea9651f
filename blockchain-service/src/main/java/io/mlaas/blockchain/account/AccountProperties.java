package io.mlaas.blockchain.account;

import io.mlaas.kit.seal.MasterKeys;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the keys are sealed with.
 *
 * @param masterKey 32 bytes in Base64; several, separated by commas, while one replaces another: the first one seals; or
 * @param masterKeyFile a file that holds them, one in a line; it is read again while the service runs
 * @param registrarKey private key of the registrar in hexadecimal, only to take over a directory that another account
 *     deployed; taken in at the first start and not needed afterwards
 */
@ConfigurationProperties("mlaas.blockchain")
record AccountProperties(
        @Nullable String masterKey,
        @Nullable Path masterKeyFile,
        @Nullable String registrarKey) {
    private static final Pattern PRIVATE_KEY = Pattern.compile("(0x)?[0-9a-fA-F]{64}");

    AccountProperties {
        registrarKey = registrarKey == null || registrarKey.isBlank() ? null : registrarKey.strip();
        if (registrarKey != null && !PRIVATE_KEY.matcher(registrarKey).matches()) {
            throw new IllegalArgumentException("mlaas.blockchain.registrar-key: (not shown) (expected: 64 hex digits)");
        }
    }

    MasterKeys masterKeys() {
        return MasterKeys.from("mlaas.blockchain.master-key", masterKey, masterKeyFile);
    }

    @Override
    public String toString() {
        return "AccountProperties[masterKey=…, masterKeyFile=" + masterKeyFile + ", registrarKey=…]";
    }
}
