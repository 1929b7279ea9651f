package io.mlaas.learning.learner;

import io.mlaas.online.Algorithms;
import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.Learner;
import io.mlaas.online.Schema;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a learner is to be: validated as a whole before anything of it exists.
 *
 * @param configuration of the algorithm, with its defaults
 */
record LearnerDocument(String name, String algorithm, ObjectNode configuration, Schema schema, UpdatePolicy update) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?");

    /** @throws io.mlaas.online.ConfigurationRefused naming the JSON path of what is wrong */
    static LearnerDocument parse(JsonNode json) {
        ConfigurationFields fields = new ConfigurationFields(json, "$");
        String name = fields.text("name");
        if (!NAME.matcher(name).matches()) {
            throw fields.refused(
                    "name", "\"" + name + "\"", "1 to 63 of a-z, 0-9, '.', '_', '-', a letter or digit at both ends");
        }
        String algorithm = fields.text("algorithm");
        JsonNode schema = required(fields, "schema");
        JsonNode configuration = object(fields.raw("configuration"));
        JsonNode update = object(fields.raw("update"));
        fields.done();
        Schema parsed = Schema.parse(schema, "$.schema");
        UpdatePolicy policy = UpdatePolicy.parse(update, "$.update");
        try (Learner learner =
                Algorithms.named(algorithm, "$.algorithm").create(parsed, configuration, "$.configuration")) {
            return new LearnerDocument(name, algorithm, learner.configuration(), parsed, policy);
        }
    }

    private static JsonNode required(ConfigurationFields fields, String name) {
        JsonNode value = fields.raw(name);
        if (value == null) {
            throw fields.refused(name, "missing", "a JSON object");
        }
        return value;
    }

    private static JsonNode object(@Nullable JsonNode value) {
        return value == null ? JsonNodeFactory.instance.objectNode() : value;
    }

    /** A learner that has learned nothing. */
    Learner create() {
        return Algorithms.named(algorithm, "$.algorithm").create(schema, configuration, "$.configuration");
    }

    LearnerDocument with(UpdatePolicy other) {
        return new LearnerDocument(name, algorithm, configuration, schema, other);
    }

    ObjectNode toJson() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("name", name).put("algorithm", algorithm);
        json.set("configuration", configuration);
        json.set("schema", schema.toJson());
        json.set("update", update.toJson());
        return json;
    }
}
