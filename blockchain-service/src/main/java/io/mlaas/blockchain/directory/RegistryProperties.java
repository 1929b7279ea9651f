package io.mlaas.blockchain.directory;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * The anchor registry.
 *
 * @param registry its address; without it the service deploys one at its first start
 */
@Validated
@ConfigurationProperties("mlaas.blockchain")
record RegistryProperties(@Nullable String registry) {
    RegistryProperties {
        registry = registry == null || registry.isBlank() ? null : registry.strip();
    }
}
