package io.mlaas.learning.learner;

import io.mlaas.online.BatchRefused;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is known of rows beyond their values: who watches predictions counts by it.
 *
 * @param at when what they are about happened, where that is known
 * @param segments what they belong to, such as a site and a device, by name
 */
record Occasion(@Nullable Instant at, SortedMap<String, String> segments) {
    private static final int MOST_SEGMENTS = 8;
    private static final int LONGEST = 200;

    static Occasion at(@Nullable Instant time) {
        return new Occasion(time, new TreeMap<>());
    }

    /**
     * What a request says beside its {@code instances}: {@code {"event_time": "…", "segments": {"site": "…"}}}.
     *
     * @throws BatchRefused naming the JSON path
     */
    static Occasion read(JsonNode request) {
        TreeMap<String, String> segments = new TreeMap<>();
        JsonNode given = request.path("segments");
        if (!absent(given)) {
            if (!given.isObject() || given.size() > MOST_SEGMENTS) {
                throw refused("segments", given, "an object of at most " + MOST_SEGMENTS + " texts");
            }
            given.properties()
                    .forEach(segment -> segments.put(segment.getKey(), text(segment.getKey(), segment.getValue())));
        }
        return new Occasion(time(request.path("event_time")), segments);
    }

    private static String text(String name, JsonNode value) {
        String text = value.isString() ? value.stringValue() : "";
        if (text.isEmpty() || text.length() > LONGEST || name.length() > LONGEST) {
            throw refused("segments." + name, value, "a text of 1 to " + LONGEST + " characters");
        }
        return text;
    }

    private static @Nullable Instant time(JsonNode given) {
        if (absent(given)) {
            return null;
        }
        try {
            return OffsetDateTime.parse(given.asString("")).toInstant();
        } catch (DateTimeException notOne) {
            throw refused("event_time", given, "a time with an offset in ISO 8601, such as 2026-01-31T12:00:00Z");
        }
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static BatchRefused refused(String name, JsonNode value, String expected) {
        String shown = value.toString();
        return new BatchRefused("$." + name + ": " + (shown.length() > 80 ? shown.substring(0, 80) + "…" : shown)
                + " (expected: " + expected + ")");
    }
}
