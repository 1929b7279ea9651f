package io.mlaas.ppfl.federation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.ppfl.delivery.DeliveryStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A federation, as its company sees it.
 *
 * @param kind by which door it came: FEDERATION, FP, TFF or NV
 * @param mode SIMULATION or REAL
 * @param request as it was asked for, without secrets
 * @param plan what it came to, with every default filled in
 * @param privacy what the plan costs; absent where it promises nothing
 * @param epsilonSpent until now
 * @param modelId once the registry has the model
 * @param roundsDone of all phases
 * @param rounds those that are over; not in lists
 * @param clients not in lists
 * @param delivery the copy of the model to the bucket that the request names; not in lists
 * @param links where to go on, at the same host
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FederationView(
        UUID id,
        FederationKind kind,
        String name,
        String engine,
        FederationMode mode,
        FederationState state,
        @Nullable String reason,
        JsonNode request,
        @Nullable JsonNode plan,
        @Nullable JsonNode privacy,
        @Nullable Double epsilonSpent,
        @Nullable UUID modelId,
        @Nullable JsonNode metrics,
        @Nullable Integer roundsDone,
        @Nullable List<FederationRound> rounds,
        @Nullable List<FederationClient> clients,
        @Nullable DeliveryStatus delivery,
        Links links,
        String createdBy,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {

    /**
     * @param page the live page, for a browser
     * @param events the same as server-sent events
     * @param participants of a real federation: who was invited, and where to invite
     * @param model once it can be downloaded
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Links(
            String self,
            String page,
            String events,
            String report,
            @Nullable String participants,
            @Nullable String model) {

        static Links of(Federation one) {
            String self = "/federations/" + one.id();
            return new Links(
                    self,
                    self + "/page",
                    self + "/events",
                    self + "/report",
                    one.mode() == FederationMode.REAL ? self + "/participants" : null,
                    one.state() == FederationState.SUCCEEDED ? "/model/" + one.modelId() : null);
        }
    }

    /** @param reached null before the first round */
    static FederationView inList(Federation one, FederationProgress.@Nullable Reached reached) {
        Double atTheEnd = one.epsilonSpent();
        Double now = reached == null ? null : reached.epsilon();
        return of(
                one, null, atTheEnd == null ? now : atTheEnd, reached == null ? 0 : reached.rounds(), null, null, null);
    }

    static FederationView whole(
            Federation one,
            List<FederationRound> rounds,
            List<FederationClient> clients,
            @Nullable DeliveryStatus delivery) {
        return of(one, one.plan(), FederationRequests.spent(one, rounds), rounds.size(), rounds, clients, delivery);
    }

    private static FederationView of(
            Federation one,
            @Nullable JsonNode plan,
            @Nullable Double spent,
            int roundsDone,
            @Nullable List<FederationRound> rounds,
            @Nullable List<FederationClient> clients,
            @Nullable DeliveryStatus delivery) {
        return new FederationView(
                one.id(),
                one.kind(),
                one.name(),
                one.engine(),
                one.mode(),
                one.state(),
                one.reason(),
                one.request(),
                plan,
                one.privacy(),
                spent,
                one.modelId(),
                one.metrics(),
                roundsDone,
                rounds,
                clients,
                delivery,
                Links.of(one),
                one.createdBy(),
                one.createdAt(),
                one.startedAt(),
                one.endedAt());
    }
}
