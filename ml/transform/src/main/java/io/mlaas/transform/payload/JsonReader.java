package io.mlaas.transform.payload;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.document.JsonPath;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** JSON: one reading, or one for every node that {@code each} selects. */
record JsonReader(JsonTrees trees, @Nullable JsonPath each, TreeReadings readings) implements PayloadReader {
    static JsonReader read(Fields fields, Limits limits) {
        return new JsonReader(
                JsonTrees.json(limits), Paths.optional(fields, "each"), TreeReadings.read(fields, limits));
    }

    @Override
    public List<Reading> read(Message message) throws BadPayloadException {
        JsonNode given = message.tree();
        JsonNode root = given == null ? trees.read(message.payload()) : given;
        return readings.of(each == null ? List.of(root) : each.all(root), message);
    }
}
