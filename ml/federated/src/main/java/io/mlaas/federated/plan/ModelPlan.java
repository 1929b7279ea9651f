package io.mlaas.federated.plan;

import io.mlaas.neural.network.NetworkDescription;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is trained.
 *
 * @param netName a network of the {@link Catalogue}; null: the plan brings its own
 * @param network the description, also where it is the catalogue's
 */
public record ModelPlan(@Nullable String netName, JsonNode network) {

    /** The network as its own document, which is what its digest is of. */
    public NetworkDescription description() {
        return NetworkDescription.parse(network.toString());
    }
}
