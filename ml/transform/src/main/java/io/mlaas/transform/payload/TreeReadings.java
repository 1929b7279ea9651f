package io.mlaas.transform.payload;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.document.JsonPath;
import io.mlaas.transform.row.Times;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Readings from trees that may carry their own source and event time. */
record TreeReadings(@Nullable JsonPath source, @Nullable TimeField time, Limits limits) {
    static TreeReadings read(Fields fields, Limits limits) {
        return new TreeReadings(Paths.optional(fields, "source"), TimeField.read(fields.object("time")), limits);
    }

    List<Reading> of(List<JsonNode> trees, Message message) throws BadPayloadException {
        if (trees.isEmpty() || trees.size() > limits.readings()) {
            throw new BadPayloadException(
                    "payload: " + trees.size() + " readings (expected: 1 to " + limits.readings() + ")");
        }
        List<Reading> readings = new ArrayList<>(trees.size());
        for (JsonNode tree : trees) {
            long at = time == null ? Times.nanoseconds(message.received()) : time.of(tree);
            readings.add(new Reading(sourceOf(tree, message), at, tree));
        }
        return readings;
    }

    private String sourceOf(JsonNode tree, Message message) throws BadPayloadException {
        if (source == null) {
            return message.source();
        }
        JsonNode value = source.first(tree);
        if (value == null || !(value.isString() || value.isIntegralNumber())) {
            throw new BadPayloadException(source + ": " + (value == null ? "missing" : Fields.shown(value))
                    + " (expected: the source's name)");
        }
        return value.asString();
    }
}
