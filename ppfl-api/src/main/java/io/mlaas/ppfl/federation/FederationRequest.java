package io.mlaas.ppfl.federation;

import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * What is asked for, by whichever door.
 *
 * @param plan what it comes to, as somebody would write it
 * @param shown as it was asked for, without secrets: what is stored and answered
 * @param names where in the request a member of the plan came from, as {@code topology.clients} or what the door calls that
 */
public record FederationRequest(FederationKind kind, JsonNode plan, JsonNode shown, UnaryOperator<String> names) {

    static FederationRequest uniform(JsonNode json) {
        return new FederationRequest(FederationKind.FEDERATION, json, json, path -> path.isEmpty() ? "$" : "$." + path);
    }
}
