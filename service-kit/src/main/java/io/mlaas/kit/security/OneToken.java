package io.mlaas.kit.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;

/** The token in the one {@code Authorization} header; of two, every server on the way could take another one. */
class OneToken implements BearerTokenResolver {
    private static final String SCHEME = "Bearer ";

    private final DefaultBearerTokenResolver header = new DefaultBearerTokenResolver();

    @Override
    public @Nullable String resolve(HttpServletRequest request) {
        if (Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION)).size() > 1) {
            throw new InvalidBearerTokenException("more than one Authorization header");
        }
        String plain = plain(request.getHeader(HttpHeaders.AUTHORIZATION));
        return plain == null ? header.resolve(request) : plain;
    }

    /** A token as nearly all are, told by a loop: a regular expression takes longer than all else that is done with it. */
    private static @Nullable String plain(@Nullable String authorization) {
        if (authorization == null || authorization.length() == SCHEME.length() || !authorization.startsWith(SCHEME)) {
            return null;
        }
        for (int i = SCHEME.length(); i < authorization.length(); i++) {
            char c = authorization.charAt(i);
            boolean usual = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == '.';
            if (!usual) {
                return null;
            }
        }
        return authorization.substring(SCHEME.length());
    }
}
