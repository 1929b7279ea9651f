package io.mlaas.training.registry;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Files from and to the registry.
 *
 * @param timeout how long one file may take
 */
@Validated
@ConfigurationProperties("mlaas.training.transfer")
record RegistryTransferProperties(
        @DefaultValue("1h") @NotNull Duration timeout) {}
