package io.mlaas.kit.security;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/** Turns a bearer token into a {@link CallerAuthentication}, or refuses it. */
public class CallerTokens {
    /** {@link UUID#fromString} takes shorter forms too. */
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final JwtDecoder decoder;
    private final List<OpaqueCredential> opaque;

    CallerTokens(JwtDecoder decoder, List<OpaqueCredential> opaque) {
        this.decoder = decoder;
        this.opaque = List.copyOf(opaque);
    }

    Authentication authenticate(Authentication request) throws AuthenticationException {
        return bearer(((BearerTokenAuthenticationToken) request).getToken());
    }

    /** @throws AuthenticationException unless the token is one of the platform's, of whatever kind, and good */
    public CallerAuthentication bearer(String token) {
        for (OpaqueCredential credential : opaque) {
            if (credential.recognises(token)) {
                return new CallerAuthentication(credential.authenticate(token), null);
            }
        }
        return user(token);
    }

    /** @throws AuthenticationException unless the token is a valid JWT of this platform that names a company */
    CallerAuthentication user(String token) {
        try {
            Jwt jwt = decoder.decode(token);
            return new CallerAuthentication(caller(jwt), token);
        } catch (BadJwtException e) {
            throw new InvalidBearerTokenException("the token is not valid", e);
        } catch (JwtException e) {
            throw new AuthenticationServiceException("the identity provider's keys cannot be read", e);
        }
    }

    private static Caller caller(Jwt jwt) {
        String name = text(jwt, "preferred_username");
        String subject = text(jwt, "sub");
        if (subject == null) {
            throw new InvalidBearerTokenException("the token has no subject");
        }
        return new Caller(subject, name == null ? subject : name, organization(jwt), roles(jwt));
    }

    private static UUID organization(Jwt jwt) {
        String id = text(jwt, "organization_id");
        if (id == null) {
            throw new InvalidBearerTokenException("the token names no organization_id");
        }
        if (!UUID_FORM.matcher(id).matches()) {
            throw new InvalidBearerTokenException("the token's organization_id is not a UUID");
        }
        return UUID.fromString(id);
    }

    private static @Nullable String text(Jwt jwt, String claim) {
        return jwt.getClaims().get(claim) instanceof String text ? text : null;
    }

    private static Set<String> roles(Jwt jwt) {
        Set<String> roles = new LinkedHashSet<>();
        if (jwt.getClaims().get("realm_access") instanceof Map<?, ?> access
                && access.get("roles") instanceof List<?> listed) {
            listed.forEach(role -> roles.add(String.valueOf(role)));
        }
        return roles;
    }
}
