package io.mlaas.sharing.registry;

import io.mlaas.kit.security.Caller;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Work that outlives the request it was asked for in has no user's token any more. A service then names the company that
 * asked, and gets what that company may: its grants are looked at when the work is done, not only when it was asked for.
 */
final class ActingFor {
    private ActingFor() {}

    /**
     * @param organizationId of the company that asked; null for the caller's own
     * @param requestedBy subject of the user who asked; null for the service
     */
    static Caller company(Caller caller, @Nullable UUID organizationId, @Nullable String requestedBy) {
        if (organizationId == null || !caller.isPlatform()) {
            return caller;
        }
        String subject = requestedBy == null ? caller.subject() : requestedBy;
        return new Caller(subject, subject, organizationId, Set.of(Caller.SERVICE));
    }
}
