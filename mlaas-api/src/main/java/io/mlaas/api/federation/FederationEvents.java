package io.mlaas.api.federation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Payloads on {@code mlaas.federation}; the CloudEvents subject is the federation's id. */
public final class FederationEvents {
    /** Followed by the state in small letters: {@code io.mlaas.federation.running}. */
    public static final String PREFIX = "io.mlaas.federation.";

    public static final String ROUND_FINISHED = PREFIX + "round-finished";
    public static final String CLIENT_CHANGED = PREFIX + "client-changed";

    public static String changedTo(String state) {
        return PREFIX + state.toLowerCase(Locale.ROOT);
    }

    /**
     * A federation moved on.
     *
     * @param engine {@code fedavg}, {@code fedpate}, {@code flare} or {@code flower}
     * @param mode SIMULATION or REAL
     * @param state REQUESTED, PREPARING, WAITING, RUNNING, REGISTERING, SUCCEEDED, FAILED or CANCELLED
     * @param reason why it is in that state, where that needs one
     * @param modelId of the model that comes of it, once the registry has it
     * @param epsilonSpent once it is over, where there was noise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FederationChanged(
            UUID federationId,
            String name,
            String engine,
            String mode,
            String state,
            @Nullable String reason,
            @Nullable UUID modelId,
            @Nullable Double epsilonSpent) {}

    /**
     * A round is over.
     *
     * @param clientsUp that took part in it
     * @param epsilon spent until then
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RoundFinished(
            UUID federationId,
            String phase,
            int round,
            @Nullable Integer clientsUp,
            @Nullable Integer clientsTotal,
            @Nullable Double loss,
            @Nullable Double accuracy,
            @Nullable Double epsilon) {}

    /** @param state INVITED, UP, DOWN, REFUSED or LEFT */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ClientChanged(
            UUID federationId,
            String client,
            String state,
            @Nullable String reason) {}

    private FederationEvents() {}
}
