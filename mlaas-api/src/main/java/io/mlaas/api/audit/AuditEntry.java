package io.mlaas.api.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One request that changed something, or was to.
 *
 * @param service that served it
 * @param actor whose request it was: a user, a service for itself, or a training job
 * @param organizationId the actor's company
 * @param actingService the service that asked on the actor's behalf; absent where the actor asked
 * @param operation the path's pattern; absent where the request was refused before one was found
 * @param assets that the path or the answer names: datasets, models, uploads, …
 * @param source address that the request came from, as the gateway saw it
 * @param outcome {@code DONE}, {@code REFUSED} (4xx), {@code FAILED} (5xx), or {@code UNKNOWN}: still being served, or the
 *     service ended in the middle of it
 * @param status of the answer; absent while unknown
 * @param problem code of the problem that was answered
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditEntry(
        UUID id,
        Instant at,
        String service,
        Actor actor,
        UUID organizationId,
        @Nullable String actingService,
        String method,
        @Nullable String operation,
        String path,
        List<UUID> assets,
        String source,
        String outcome,
        @Nullable Integer status,
        @Nullable String problem,
        @Nullable String correlationId) {

    /** @param subject the identity provider's id, or what names a job */
    public record Actor(String subject, String name, List<String> roles) {
        public Actor {
            roles = List.copyOf(roles);
        }
    }

    public AuditEntry {
        assets = List.copyOf(assets);
    }

    /** What a status, if there is one yet, says of the request. */
    public static String outcome(@Nullable Integer status) {
        if (status == null) {
            return "UNKNOWN";
        }
        return status < 400 ? "DONE" : status < 500 ? "REFUSED" : "FAILED";
    }
}
