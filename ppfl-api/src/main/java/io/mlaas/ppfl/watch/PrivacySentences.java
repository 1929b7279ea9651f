package io.mlaas.ppfl.watch;

import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What a federation promises about privacy, and what it does not, in sentences for people. */
final class PrivacySentences {
    private static final double WEAK = 10;

    private PrivacySentences() {}

    static List<String> of(Federation federation) {
        List<String> sentences = new ArrayList<>();
        JsonNode settings = federation.plan().path("privacy");
        JsonNode cost = federation.privacy();
        if (cost == null || !cost.path("epsilon").isNumber()) {
            sentences.add("No differential privacy: nothing bounds what the model tells about a single contribution.");
        } else {
            double epsilon = cost.path("epsilon").asDouble();
            sentences.add(String.format(
                    Locale.ROOT,
                    "When all is over, the model is (ε = %.3g, δ = %.0e)-differentially private (accountant: %s).",
                    epsilon,
                    cost.path("delta").asDouble(),
                    cost.path("accountant").asString("of the plan")));
            String explanation = cost.path("explanation").asString("");
            if (!explanation.isEmpty()) {
                sentences.add(explanation);
            }
            if (epsilon > WEAK) {
                sentences.add(String.format(
                        Locale.ROOT,
                        "That is weak: an ε of %.3g promises next to nothing, and was accepted explicitly.",
                        epsilon));
            }
        }
        sentences.addAll(filters(settings.path("filters"), federation.mode()));
        if (federation.mode() == FederationMode.REAL) {
            sentences.add(seen(
                    settings, federation.plan().path("topology").path("clients").asInt()));
        } else {
            sentences.add("Simulated: the platform has all the data, and plays server and clients.");
        }
        return sentences;
    }

    /** What clients do to their updates, and what it is worth. */
    private static List<String> filters(JsonNode filters, FederationMode mode) {
        List<String> sentences = new ArrayList<>();
        for (JsonNode filter : filters) {
            switch (filter.path("kind").asString("")) {
                case "exclude" ->
                    sentences.add("Changes of "
                            + filter.path("variables")
                                    .valueStream()
                                    .map(JsonNode::asString)
                                    .collect(Collectors.joining(", "))
                            + " stay with the clients, which send zeros instead; everybody knows of which parameters.");
                case "gaussian" ->
                    sentences.add("Each client covers its own update with noise before it leaves"
                            + (mode == FederationMode.REAL
                                    ? ", drawn where the server cannot know it; that it does is taken on trust."
                                    : "."));
                default ->
                    sentences.add("Filter %s is a heuristic: it claims no ε."
                            .formatted(filter.path("kind").asString("")));
            }
        }
        return sentences;
    }

    private static String seen(JsonNode settings, int clients) {
        JsonNode masked = settings.path("secure_aggregation");
        if (masked.isObject()) {
            return ("Updates are masked: the server learns their sum and no single one, as long as fewer than %d of %d"
                            + " clients work together with it.")
                    .formatted(masked.path("threshold").asInt(), clients);
        }
        if (settings.path("homomorphic_encryption").asBoolean(false)) {
            return "Updates are encrypted with a key that the clients of a round share: the server adds what it cannot"
                    + " read, and one of them reads the sum for it, before noise is added. That holds as long as no"
                    + " client gives the key away, and the server asks for sums alone.";
        }
        return "The server reads each client's update; the data that made it stays with its owner.";
    }
}
