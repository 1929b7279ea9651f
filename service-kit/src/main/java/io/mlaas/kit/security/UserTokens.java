package io.mlaas.kit.security;

import io.mlaas.kit.problem.PlatformProblem;
import java.time.Instant;
import java.util.Optional;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/** Tokens that come by another way than the {@code Authorization} header: as the password of an MQTT client, say. */
public final class UserTokens {
    private final CallerTokens tokens;
    private final JwtDecoder decoder;

    UserTokens(CallerTokens tokens, JwtDecoder decoder) {
        this.tokens = tokens;
        this.decoder = decoder;
    }

    /** Whom a token names, and until when. */
    public record UserToken(Caller caller, Instant expiresAt) {}

    /**
     * @return empty unless the text is a valid JWT of this platform
     * @throws io.mlaas.kit.problem.ProblemException if the identity provider's keys cannot be read
     */
    public Optional<UserToken> find(String token) {
        try {
            Caller caller = tokens.user(token).getPrincipal();
            return Optional.ofNullable(decoder.decode(token).getExpiresAt())
                    .map(expiresAt -> new UserToken(caller, expiresAt));
        } catch (AuthenticationServiceException e) {
            throw PlatformProblem.UPSTREAM_UNAVAILABLE.retryAfter(5, "The identity provider cannot be reached.");
        } catch (AuthenticationException e) {
            return Optional.empty();
        }
    }
}
