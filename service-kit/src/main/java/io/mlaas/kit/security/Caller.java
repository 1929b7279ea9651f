package io.mlaas.kit.security;

import java.util.Set;
import java.util.UUID;

/**
 * Who is calling; a controller method takes it as a parameter.
 *
 * @param subject the identity provider's id of the user or service account
 * @param name for people: user name or client id
 * @param organizationId the company (tenant): every query is confined to it
 * @param roles e.g. {@code DATA_SCIENTIST}; contains {@code SERVICE} when a service calls, also on a user's behalf
 */
public record Caller(String subject, String name, UUID organizationId, Set<String> roles) {
    public static final String SERVICE = "SERVICE";

    public Caller {
        roles = Set.copyOf(roles);
    }

    public boolean has(String role) {
        return roles.contains(role);
    }

    /** A service acting for the platform, with no user behind it. */
    public boolean isPlatform() {
        return organizationId.equals(PLATFORM) && has(SERVICE);
    }

    /** The organization that service accounts and administrators belong to. */
    public static final UUID PLATFORM = UUID.fromString("00000000-0000-4000-8000-000000000001");
}
