package io.mlaas.ppfl.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationClient;
import io.mlaas.ppfl.federation.FederationRound;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What people who watch are shown of a federation, but for its rounds: nothing of it is a secret of a participant.
 *
 * @param mode {@code simulation} or {@code real}
 * @param roundsPlanned of all phases
 * @param quorum how many clients a round needs; absent in simulations
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Picture(
        UUID id,
        String name,
        String engine,
        String mode,
        String strategy,
        String state,
        @Nullable String reason,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        int roundsPlanned,
        @Nullable Integer quorum,
        List<FederationClient> clients,
        Privacy privacy,
        @Nullable UUID modelId) {

    /**
     * @param epsilonPlanned when all rounds are over; absent where nothing is promised
     * @param epsilon spent until now
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Privacy(
            @Nullable Double epsilonPlanned,
            @Nullable Double epsilon,
            @Nullable Double delta,
            List<String> sentences) {}

    static Picture of(Federation one, List<FederationRound> rounds, List<FederationClient> clients) {
        JsonNode topology = one.plan().path("topology");
        JsonNode cost = one.privacy();
        if (cost == null || !cost.path("epsilon").isNumber()) {
            cost = null;
        }
        Double spent = one.epsilonSpent();
        if (spent == null && !rounds.isEmpty()) {
            spent = rounds.getLast().epsilon();
        }
        return new Picture(
                one.id(),
                one.name(),
                one.engine(),
                one.mode().name().toLowerCase(Locale.ROOT),
                one.plan().path("aggregation").path("strategy").asString(""),
                one.state().name(),
                one.reason(),
                one.createdAt(),
                one.startedAt(),
                one.endedAt(),
                Math.max(topology.path("rounds").asInt(1), rounds.size()),
                topology.path("quorum").isInt() ? topology.path("quorum").asInt() : null,
                clients,
                new Privacy(
                        cost != null ? cost.path("epsilon").asDouble() : null,
                        spent,
                        cost != null ? cost.path("delta").asDouble() : null,
                        PrivacySentences.of(one)),
                one.modelId());
    }
}
