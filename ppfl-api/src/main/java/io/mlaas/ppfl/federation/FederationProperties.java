package io.mlaas.ppfl.federation;

import io.mlaas.kit.seal.MasterKeys;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What secrets are sealed with, and from where on privacy is called weak.
 *
 * @param masterKey 32 bytes in Base64; several, separated by commas, while one replaces another: the first one seals; or
 * @param masterKeyFile a file that holds them, one in a line; it is read again while the service runs
 */
@ConfigurationProperties("mlaas.ppfl")
record FederationProperties(
        @Nullable String masterKey,
        @Nullable Path masterKeyFile,
        @DefaultValue Privacy privacy) {

    /** @param weakEpsilon a plan that costs more is taken only with {@code accept_weak_privacy} */
    record Privacy(@DefaultValue("10") double weakEpsilon) {
        Privacy {
            if (!(weakEpsilon > 0)) {
                throw new IllegalArgumentException(
                        "mlaas.ppfl.privacy.weak-epsilon: " + weakEpsilon + " (expected: > 0)");
            }
        }
    }

    MasterKeys masterKeys() {
        return MasterKeys.from("mlaas.ppfl.master-key", masterKey, masterKeyFile);
    }

    @Override
    public String toString() {
        return "FederationProperties[masterKey=…, masterKeyFile=%s, privacy=%s]".formatted(masterKeyFile, privacy);
    }
}
