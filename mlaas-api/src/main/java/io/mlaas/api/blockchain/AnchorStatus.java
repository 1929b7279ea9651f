package io.mlaas.api.blockchain;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How far a digest has come.
 *
 * @param proof present when it is anchored
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AnchorStatus(State state, @Nullable InclusionProof proof) {

    public enum State {
        /** written down, not yet on the chain */
        PENDING,
        /** under a root on the chain */
        ANCHORED
    }
}
