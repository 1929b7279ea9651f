package io.mlaas.ppfl.sealing;

import io.mlaas.kit.seal.MasterKeys;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * @param masterKey 32 bytes in base64; several are separated by commas, the newest first
 * @param masterKeyFile a file that holds them, one in a line; it is read again while the service runs
 */
@ConfigurationProperties("mlaas.ppfl")
record SealingProperties(
        @Nullable String masterKey, @Nullable Path masterKeyFile) {

    MasterKeys masterKeys() {
        return MasterKeys.from("mlaas.ppfl.master-key", masterKey, masterKeyFile);
    }

    @Override
    public String toString() {
        return "SealingProperties[masterKey=…, masterKeyFile=" + masterKeyFile + "]";
    }
}
