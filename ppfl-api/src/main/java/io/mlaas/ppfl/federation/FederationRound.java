package io.mlaas.ppfl.federation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A round that is over; whatever is not known is null.
 *
 * @param phase {@link #USUAL}, or {@code teachers} and {@code student} of FedPATE
 * @param round 1 for the first
 * @param at null for now
 * @param clientsUp that took part
 * @param epsilon spent until then
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FederationRound(
        String phase,
        int round,
        @Nullable Instant at,
        @Nullable Integer clientsUp,
        @Nullable Integer clientsTotal,
        @Nullable Double loss,
        @Nullable Double accuracy,
        @Nullable Double epsilon,
        @Nullable Long bytesUp,
        @Nullable Long bytesDown,
        @Nullable Double seconds) {
    public static final String USUAL = "rounds";
}
