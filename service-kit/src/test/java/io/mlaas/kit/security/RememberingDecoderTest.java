package io.mlaas.kit.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidationException;

class RememberingDecoderTest {

    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final List<String> verified = new ArrayList<>();

    private final JwtDecoder signatures = token -> {
        verified.add(token);
        if (token.startsWith("forged")) {
            throw new BadJwtException("signature");
        }
        return Jwt.withTokenValue(token)
                .header("alg", "RS256")
                .expiresAt(Instant.parse("2030-01-01T00:00:08Z"))
                .build();
    };

    private final OAuth2TokenValidator<Jwt> notEnded = jwt -> now.isAfter(jwt.getExpiresAt())
            ? OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token", "ended", null))
            : OAuth2TokenValidatorResult.success();

    private final RememberingDecoder decoder =
            new RememberingDecoder(signatures, notEnded, Duration.ofSeconds(5), () -> now);

    @Test
    void checksASignatureOnceInFiveSeconds() {
        decoder.decode("a");
        now = now.plusSeconds(4);
        assertThat(decoder.decode("a").getTokenValue()).isEqualTo("a");
        assertThat(verified).containsExactly("a");
        now = now.plusSeconds(2);
        decoder.decode("a");
        assertThat(verified).containsExactly("a", "a");
    }

    @Test
    void refusesARememberedTokenThatHasEnded() {
        now = now.plusSeconds(6);
        decoder.decode("a");
        now = now.plusSeconds(3);
        assertThatThrownBy(() -> decoder.decode("a"))
                .isInstanceOf(JwtValidationException.class)
                .hasMessageContaining("ended");
        assertThat(verified).containsExactly("a");
    }

    @Test
    void refusesAForgedTokenEveryTime() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> decoder.decode("forged")).isInstanceOf(BadJwtException.class);
        }
        assertThat(verified).hasSize(3);
    }

    @Test
    void neverTakesOneTokenForAnother() {
        decoder.decode("a");
        assertThat(decoder.decode("b").getTokenValue()).isEqualTo("b");
        assertThat(verified).containsExactly("a", "b");
    }

    @Test
    void forgetsRatherThanGrows() {
        for (int i = 0; i < 10_000; i++) {
            decoder.decode("token " + i);
        }
        assertThat(decoder.remembered()).isLessThanOrEqualTo(2_000);
    }
}
