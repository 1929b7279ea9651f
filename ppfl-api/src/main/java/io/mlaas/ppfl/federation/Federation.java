package io.mlaas.ppfl.federation;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A federation, without its secrets: {@link Federations} opens those for who needs them.
 *
 * @param id also of the model that comes of it
 * @param requestedBy the identity provider's id of whoever asked
 * @param engine {@code fedavg}, {@code fedpate}, {@code flare} or {@code flower}
 * @param plan with every default filled in
 * @param request as it was asked for
 * @param privacy what the plan costs, where it promises anything
 * @param modelId once the registry has the model
 * @param metrics what the training measured, once it is over
 */
public record Federation(
        UUID id,
        UUID organizationId,
        String requestedBy,
        String createdBy,
        FederationKind kind,
        String name,
        String engine,
        FederationMode mode,
        JsonNode plan,
        JsonNode request,
        @Nullable JsonNode privacy,
        FederationState state,
        @Nullable String reason,
        @Nullable UUID modelId,
        @Nullable JsonNode metrics,
        @Nullable Double epsilonSpent,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {}
