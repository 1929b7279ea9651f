package io.mlaas.learning.interval;

import io.mlaas.online.ConfigurationFields;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a document says of intervals.
 *
 * @param level share of what comes that is to lie within, such as 0.9
 */
public record IntervalSettings(double level) {
    private static final String PATH = "$.intervals";
    private static final double USUAL = 0.9;

    /** @return null if the document says nothing of it */
    public static @Nullable IntervalSettings parse(@Nullable JsonNode json, Schema schema) {
        if (json == null) {
            return null;
        }
        ConfigurationFields fields = new ConfigurationFields(json, PATH);
        IntervalSettings settings = new IntervalSettings(fields.between("level", USUAL, 0.5, 0.99));
        fields.done();
        if (schema.classifies()) {
            throw new ConfigurationRefused(PATH, "of a classification (expected: a regression)");
        }
        return settings;
    }

    public ObjectNode toJson() {
        return JsonNodeFactory.instance.objectNode().put("level", level);
    }
}
