package io.mlaas.sharing.registry;

import io.mlaas.kit.problem.PlatformProblem;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A JSON merge patch (RFC 7396) of an asset's description and tags. */
record LabelPatch(Map<String, @Nullable Object> members) {
    private static final Set<String> KNOWN = Set.of("description", "tags");
    private static final int LONGEST_DESCRIPTION = 5_000;
    private static final int MOST_TAGS = 50;
    private static final int LONGEST_KEY = 100;
    private static final int LONGEST_VALUE = 500;

    Label applyTo(Label label) {
        for (String member : members.keySet()) {
            if (!KNOWN.contains(member)) {
                throw invalid(member, "a change of it", "description or tags; everything else is as it was registered");
            }
        }
        String description =
                members.containsKey("description") ? description(members.get("description")) : label.description();
        Map<String, String> tags = members.containsKey("tags") ? tags(label.tags(), members.get("tags")) : label.tags();
        return new Label(label.name(), label.version(), description, tags);
    }

    private static @Nullable String description(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text)) {
            throw invalid("description", value, "text, or null");
        }
        if (text.length() > LONGEST_DESCRIPTION) {
            throw invalid("description", text.length() + " characters", "at most " + LONGEST_DESCRIPTION);
        }
        requireStorable("description", text);
        return text.isEmpty() ? null : text;
    }

    private static Map<String, String> tags(Map<String, String> before, @Nullable Object value) {
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Map<?, ?> changes)) {
            throw invalid("tags", value, "an object of texts");
        }
        Map<String, String> tags = new TreeMap<>(before);
        changes.forEach((given, text) -> {
            String key = requireKey(String.valueOf(given));
            if (text == null) {
                tags.remove(key);
            } else if (text instanceof String word) {
                if (word.length() > LONGEST_VALUE) {
                    throw invalid("tags." + key, word.length() + " characters", "at most " + LONGEST_VALUE);
                }
                requireStorable("tags." + key, word);
                tags.put(key, word);
            } else {
                throw invalid("tags." + key, text, "text, or null to remove it");
            }
        });
        if (tags.size() > MOST_TAGS) {
            throw invalid("tags", tags.size() + " of them", "at most " + MOST_TAGS);
        }
        return tags;
    }

    /** A colon would make the filter {@code tag=key:value} ambiguous. */
    private static String requireKey(String key) {
        if (key.isBlank() || key.length() > LONGEST_KEY || key.indexOf(':') >= 0 || Fields.hasControl(key)) {
            throw invalid("tags", key, "keys of 1 to %d characters without ':' and controls".formatted(LONGEST_KEY));
        }
        return key;
    }

    private static void requireStorable(String field, String text) {
        if (text.indexOf('\0') >= 0) {
            throw invalid(field, "a NUL character", "none");
        }
    }

    private static RuntimeException invalid(String field, Object value, String expected) {
        String text = value.toString();
        String shown = text.length() <= 100 ? text : text.substring(0, 100) + "…";
        return PlatformProblem.INVALID_REQUEST.because("%s: %s (expected: %s)".formatted(field, shown, expected));
    }
}
