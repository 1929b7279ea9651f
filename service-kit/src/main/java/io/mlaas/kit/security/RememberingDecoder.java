package io.mlaas.kit.security;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidationException;

/**
 * Checks the signature of a token once in a while instead of with every request, and what the token claims (its end
 * above all) with every request. Under load the signatures would be the dearest part of a read.
 */
final class RememberingDecoder implements JwtDecoder {
    private static final int MOST = 2_000;

    private record Known(Jwt jwt, long until) {}

    private final JwtDecoder signatures;
    private final OAuth2TokenValidator<Jwt> claims;
    private final Duration remembered;
    private final InstantSource clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /**
     * @param signatures decides whether a token was signed by the provider, and nothing else
     * @param remembered how long it need not be asked again for the same token
     */
    RememberingDecoder(
            JwtDecoder signatures, OAuth2TokenValidator<Jwt> claims, Duration remembered, InstantSource clock) {
        this.signatures = signatures;
        this.claims = claims;
        this.remembered = remembered;
        this.clock = clock;
    }

    @Override
    public Jwt decode(String token) {
        long now = clock.millis();
        Known seen = known.get(token);
        Jwt jwt = seen != null && now < seen.until() ? seen.jwt() : verified(token, now);
        OAuth2TokenValidatorResult result = claims.validate(jwt);
        if (result.hasErrors()) {
            known.remove(token);
            throw new JwtValidationException(
                    String.valueOf(result.getErrors().iterator().next().getDescription()), result.getErrors());
        }
        return jwt;
    }

    int remembered() {
        return known.size();
    }

    private Jwt verified(String token, long now) {
        Jwt jwt = signatures.decode(token);
        if (known.size() >= MOST) {
            known.values().removeIf(old -> old.until() <= now);
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(token, new Known(jwt, now + remembered.toMillis()));
        return jwt;
    }
}
