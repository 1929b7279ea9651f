package io.mlaas.learning.learner;

import io.mlaas.online.Algorithms;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a document says of the library that learns, and of what it begins with, in the terms of an algorithm and its
 * configuration. Two places that say different things are refused, at the one that is further out.
 *
 * @param modelId of the model of the registry that the learner begins with
 * @param update what is left of {@code update} for the learner's own policy
 * @param rules of the algorithm that are not in its configuration yet
 */
record BackendChoice(
        String algorithm,
        ObjectNode configuration,
        @Nullable UUID modelId,
        ObjectNode update,
        AlgorithmRules rules) {
    static final String NATIVE = "native";
    private static final String TORCH = "torch";
    private static final String VOWPAL_WABBIT = "vowpal_wabbit";
    private static final String TENSORFLOW = "tensorflow";
    private static final List<String> LIBRARIES = List.of(TORCH, VOWPAL_WABBIT, TENSORFLOW);

    /** Formats of the registry by the library that begins with them. */
    private static final Map<String, String> FORMATS = Map.of(TORCH, "torchscript", TENSORFLOW, "zip");

    /** Where the files of models come from. */
    interface Models {
        /** There are none. */
        Models NONE = (id, format) -> {
            throw new ConfigurationRefused("$.model_id", id + " (expected: none, there is no registry)");
        };

        /**
         * Keeps the file of a model for the company that asks.
         *
         * @param format that the registry must have found it in
         * @return the file's SHA-256
         * @throws ConfigurationRefused if a learner cannot begin with it
         */
        String keep(UUID modelId, String format);
    }

    /** The library behind an algorithm. */
    static String backendOf(String algorithm) {
        return LIBRARIES.contains(algorithm) ? algorithm : NATIVE;
    }

    static BackendChoice read(ConfigurationFields fields, Models models) {
        JsonNode network = fields.raw("network");
        UUID modelId = modelId(fields);
        String algorithm = algorithm(fields, network != null || modelId != null);
        requireInstalled(algorithm);
        ObjectNode configuration = object(fields, "configuration");
        ObjectNode update = object(fields, "update");
        if (network != null) {
            require(algorithm.equals(TORCH), "network", "there", "none, since the backend is " + backendOf(algorithm));
            require(modelId == null, "network", "together with model_id", "one of the two");
            set(configuration, "network", network, "network");
        }
        if (modelId != null) {
            String format = FORMATS.getOrDefault(algorithm, "");
            require(!format.isEmpty(), "model_id", modelId, "none, since the backend is " + backendOf(algorithm));
            String archive = models.keep(modelId, format);
            set(configuration, "archive", JsonNodeFactory.instance.stringNode(archive), "model_id");
        }
        AlgorithmRules rules = AlgorithmRules.take(update);
        if (algorithm.equals(TORCH)) {
            moveRules(rules, configuration);
        } else if (algorithm.equals(VOWPAL_WABBIT) && rules.values().containsKey("learning_rate")) {
            JsonNode rate = rules.values().remove("learning_rate");
            set(configuration, "learning_rate", rate, "update.learning_rate");
        }
        return new BackendChoice(algorithm, configuration, modelId, update, rules);
    }

    private static @Nullable UUID modelId(ConfigurationFields fields) {
        if (fields.raw("model_id") == null) {
            return null;
        }
        String text = fields.text("model_id");
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            ConfigurationRefused refused = fields.refused("model_id", "\"" + text + "\"", "a UUID");
            refused.initCause(e);
            throw refused;
        }
    }

    private static String algorithm(ConfigurationFields fields, boolean network) {
        JsonNode given = fields.raw("backend");
        if (given == null) {
            return network && fields.raw("algorithm") == null ? TORCH : fields.text("algorithm");
        }
        String backend = fields.text("backend");
        if (!backend.equals(NATIVE) && !LIBRARIES.contains(backend)) {
            throw fields.refused("backend", "\"" + backend + "\"", "one of native, " + String.join(", ", LIBRARIES));
        }
        if (!backend.equals(NATIVE) && fields.raw("algorithm") == null) {
            return backend;
        }
        String algorithm = fields.text("algorithm");
        require(
                backendOf(algorithm).equals(backend),
                "algorithm",
                "\"" + algorithm + "\"",
                backend.equals(NATIVE) ? "one of the platform's own" : backend + ", as the backend is");
        return algorithm;
    }

    private static void requireInstalled(String algorithm) {
        require(
                !algorithm.equals(TENSORFLOW) || Algorithms.isKnown(TENSORFLOW),
                "backend",
                "\"tensorflow\" is not installed at this service",
                "torch, vowpal_wabbit or native; its operator adds it as an extension, mlaas.learning.extensions");
    }

    /** What is said so of a network that is described but not made yet. */
    private static void moveRules(AlgorithmRules rules, ObjectNode configuration) {
        Map<String, JsonNode> values = rules.values();
        Map.of("epochs", "epochs", "frozen_layers", "freeze").forEach((name, configured) -> {
            JsonNode value = values.remove(name);
            if (value != null) {
                set(configuration, configured, value, "update." + name);
            }
        });
        JsonNode rate = values.remove("learning_rate");
        if (rate != null) {
            set(optimizer(configuration), "learning_rate", rate, "update.learning_rate");
        }
    }

    /** The one that is configured; else the one that the network's description names. */
    private static ObjectNode optimizer(ObjectNode configuration) {
        JsonNode given = configuration.path("optimizer");
        JsonNode known = given.isMissingNode() ? configuration.at("/network/training/optimizer") : given;
        ObjectNode optimizer =
                known.isObject() ? ((ObjectNode) known).deepCopy() : JsonNodeFactory.instance.objectNode();
        if (known.isString()) {
            optimizer.put("type", known.stringValue());
        }
        if (given.isMissingNode()) {
            optimizer.remove("learning_rate");
        }
        configuration.set("optimizer", optimizer);
        return optimizer;
    }

    private static void set(ObjectNode into, String field, JsonNode value, String path) {
        JsonNode other = into.get(field);
        boolean same = other == null
                || other.equals(value)
                || (other.isNumber() && value.isNumber() && other.doubleValue() == value.doubleValue());
        require(same, path, value, other + ", as the configuration says, or only one of the two");
        into.set(field, value);
    }

    private static void require(boolean right, String field, Object value, String expected) {
        if (!right) {
            String shown = value.toString();
            throw new ConfigurationRefused(
                    "$." + field,
                    (shown.length() > 80 ? shown.substring(0, 80) + "…" : shown) + " (expected: " + expected + ")");
        }
    }

    private static ObjectNode object(ConfigurationFields fields, String name) {
        JsonNode value = fields.raw(name);
        if (value == null) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (!value.isObject()) {
            throw fields.refused(name, value, "a JSON object");
        }
        return ((ObjectNode) value).deepCopy();
    }
}
