package io.mlaas.kit.security;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** An authenticated {@link Caller}, with the token that is passed on when other services are called for a user. */
public final class CallerAuthentication extends AbstractAuthenticationToken {
    private static final long serialVersionUID = 1L;

    private final transient Caller caller;
    private final transient @Nullable String userToken;
    private final @Nullable String actingService;

    /** @param userToken the user's own JWT, or null where there is none to pass on */
    public CallerAuthentication(Caller caller, @Nullable String userToken) {
        this(caller, userToken, null);
    }

    /** @param actingService the service that asks on the caller's behalf, or null where the caller asks */
    public CallerAuthentication(Caller caller, @Nullable String userToken, @Nullable String actingService) {
        super(caller.roles().stream()
                .flatMap(role -> Stream.of(new SimpleGrantedAuthority("ROLE_" + role)))
                .toList());
        this.caller = caller;
        this.userToken = userToken;
        this.actingService = actingService;
        setAuthenticated(true);
    }

    @Override
    public Caller getPrincipal() {
        return caller;
    }

    @Override
    public String getCredentials() {
        return "";
    }

    public @Nullable String userToken() {
        return userToken;
    }

    public @Nullable String actingService() {
        return actingService;
    }

    @Override
    public String getName() {
        return caller.name();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CallerAuthentication that && caller.equals(that.caller);
    }

    @Override
    public int hashCode() {
        return caller.hashCode();
    }
}
