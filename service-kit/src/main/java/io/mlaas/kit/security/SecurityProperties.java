package io.mlaas.kit.security;

import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The identity provider.
 *
 * @param issuer what {@code iss} of every token must be
 * @param jwkSetUri where its signing keys are
 * @param tokenUri where this service gets its own tokens (client credentials)
 * @param clientSecret of this service; its client id is {@code spring.application.name}
 * @param keysMaxAge how long a signing key that the provider has withdrawn may still be taken for good
 * @param audience what {@code aud} must contain
 */
@Validated
@ConfigurationProperties("mlaas.security")
public record SecurityProperties(
        @NotBlank String issuer,
        @NotBlank String jwkSetUri,
        @NotBlank String tokenUri,
        @DefaultValue("") String clientSecret,
        @DefaultValue("mlaas") String audience,
        @DefaultValue("5m") Duration keysMaxAge) {
    public SecurityProperties {
        if (keysMaxAge.isNegative() || keysMaxAge.isZero()) {
            throw new IllegalArgumentException("mlaas.security.keys-max-age: " + keysMaxAge + " (expected: > 0)");
        }
    }

    @Override
    public String toString() {
        return "SecurityProperties[issuer=" + issuer + ", jwkSetUri=" + jwkSetUri + ", tokenUri=" + tokenUri
                + ", clientSecret=…, audience=" + audience + "]";
    }
}
