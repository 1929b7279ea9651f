package io.mlaas.learning.learner;

import io.mlaas.online.Algorithm;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code update} says of the algorithm and not of the learner: how much it learns of each batch, how often, and which
 * layers stay as they are.
 *
 * @param values by name
 */
record AlgorithmRules(Map<String, JsonNode> values) {
    private static final List<String> NAMES = List.of("learning_rate", "epochs", "frozen_layers");

    /** Takes them out of {@code update}. */
    static AlgorithmRules take(ObjectNode update) {
        Map<String, JsonNode> values = new TreeMap<>();
        for (String name : NAMES) {
            JsonNode value = update.remove(name);
            if (value != null) {
                values.put(name, value);
            }
        }
        return new AlgorithmRules(values);
    }

    /**
     * The configuration of a learner with these rules in the place of its own.
     *
     * @throws ConfigurationRefused naming the rule, below {@code $.update}, that the learner has not or does not take
     */
    ObjectNode in(Learner learner, Schema schema, Algorithm algorithm) {
        ObjectNode configuration = learner.configuration();
        if (values.isEmpty()) {
            return configuration;
        }
        values.forEach((name, value) -> set(configuration, name, value, learner));
        try (Learner other = algorithm.create(schema, configuration, "$.configuration")) {
            return other.configuration();
        } catch (ConfigurationRefused refused) {
            throw inUpdate(refused, learner.adjustable());
        }
    }

    private static void set(ObjectNode configuration, String name, JsonNode value, Learner learner) {
        String place = learner.adjustable().get(name);
        if (place == null) {
            String others = learner.adjustable().isEmpty()
                    ? "nothing"
                    : String.join(", ", new TreeSet<>(learner.adjustable().keySet()));
            throw new ConfigurationRefused(
                    "$.update." + name,
                    value + " (expected: none; of this " + learner.algorithm() + " can be set here: " + others + ")");
        }
        JsonPointer pointer = JsonPointer.compile(place);
        ((ObjectNode) configuration.at(pointer.head())).set(pointer.last().getMatchingProperty(), value);
    }

    /** The same, at the path where whoever is refused has written it. */
    static ConfigurationRefused inUpdate(ConfigurationRefused refused, Map<String, String> places) {
        Map<String, String> paths = places.entrySet().stream()
                .collect(Collectors.toMap(
                        place -> "$.configuration" + place.getValue().replace('/', '.'),
                        place -> "$.update." + place.getKey()));
        return paths.entrySet().stream()
                .filter(path -> refused.path().startsWith(path.getKey()))
                .findFirst()
                .map(path -> {
                    String problem = String.valueOf(refused.getMessage())
                            .substring(refused.path().length() + ": ".length());
                    String rest = refused.path().substring(path.getKey().length());
                    ConfigurationRefused there = new ConfigurationRefused(path.getValue() + rest, problem);
                    there.initCause(refused);
                    return there;
                })
                .orElse(refused);
    }
}
