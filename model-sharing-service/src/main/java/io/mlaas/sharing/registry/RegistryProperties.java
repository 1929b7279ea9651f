package io.mlaas.sharing.registry;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Registrations.
 *
 * @param defaultTrainImage for a model that names none
 * @param maxMetadata of a {@code metadata} part
 * @param maxDefinition of a model's architecture file
 * @param maxCertificate of a translation's certificate
 */
@Validated
@ConfigurationProperties("mlaas.sharing.registry")
record RegistryProperties(
        @DefaultValue("mlaas/trainer:1") @NotBlank String defaultTrainImage,
        @DefaultValue("64KB") @NotNull DataSize maxMetadata,
        @DefaultValue("64MB") @NotNull DataSize maxDefinition,
        @DefaultValue("1MB") @NotNull DataSize maxCertificate) {}
