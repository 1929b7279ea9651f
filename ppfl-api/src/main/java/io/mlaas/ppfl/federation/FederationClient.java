package io.mlaas.ppfl.federation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A client of a federation.
 *
 * @param reason why it is in that state
 * @param rounds how many it took part in
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FederationClient(
        String name,
        State state,
        @Nullable String reason,
        @Nullable Instant lastSeen,
        int rounds) {

    /** Whether it can be counted on. */
    public enum State {
        INVITED,
        UP,
        DOWN,
        /** The last that it sent was not taken. */
        REFUSED,
        LEFT
    }
}
