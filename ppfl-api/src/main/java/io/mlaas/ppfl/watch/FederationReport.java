package io.mlaas.ppfl.watch;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mlaas.ppfl.federation.FederationRound;
import io.mlaas.ppfl.server.SeenUpdates;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * All that can be said of a federation; final once its state is.
 *
 * @param plan with every default filled in
 * @param serverSaw what the server received of each client in the latest round; empty in simulations
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record FederationReport(
        Picture federation,
        Picture.Privacy privacy,
        JsonNode plan,
        List<FederationRound> rounds,
        @Nullable JsonNode metrics,
        List<SeenUpdates.Seen> serverSaw,
        Instant at) {}
