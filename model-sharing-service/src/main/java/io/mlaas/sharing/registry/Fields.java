package io.mlaas.sharing.registry;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The fields of a piece of metadata, read with problems that name them. */
record Fields(String path, Map<String, Object> values) {

    /** The object in the first of these fields that is there; an empty one if none is. */
    Fields object(String... names) {
        for (String name : names) {
            Object value = values.get(name);
            if (value instanceof Map<?, ?> map) {
                @SuppressWarnings("unchecked")
                Map<String, Object> members = (Map<String, Object>) map;
                return new Fields(names[0] + ".", members);
            }
            if (value != null) {
                throw invalid(name, value, "an object");
            }
        }
        return new Fields(names[0] + ".", Map.of());
    }

    @Nullable
    UUID id(String name) {
        return id(name, UnaryOperator.identity());
    }

    /** @param references what a reference means, as an id; anything else is given back as it is */
    @Nullable
    UUID id(String name, UnaryOperator<String> references) {
        Object value = values.get(name);
        if (value == null) {
            return null;
        }
        try {
            return UUID.fromString(references.apply(value.toString()));
        } catch (IllegalArgumentException e) {
            throw invalid(name, value, "a UUID");
        }
    }

    /** An asset's name. */
    @Nullable
    String name(String name) {
        Object value = values.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof String text && Label.isName(text)) {
            return text;
        }
        throw invalid(name, value, "a-z, 0-9, '.', '_' and '-', at most 100, a letter or digit first");
    }

    /** A shape such as {@code (1,32,32)}, given like this or as an array of numbers. */
    @Nullable
    String dimension(String... names) {
        for (String name : names) {
            Object value = values.get(name);
            if (value == null) {
                continue;
            }
            String text = value instanceof List<?> list
                    ? list.stream().map(String::valueOf).collect(Collectors.joining(",", "(", ")"))
                    : value.toString().strip();
            if (text.isEmpty() || text.length() > 200 || value instanceof Map || hasControl(text)) {
                throw invalid(name, value, "a shape like (1,32,32), at most 200 characters");
            }
            return text;
        }
        return null;
    }

    @Nullable
    Long count(String name) {
        Object value = values.get(name);
        if (value == null) {
            return null;
        }
        try {
            long count = Long.parseLong(value.toString());
            if (count >= 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw invalid(name, value, "a whole number >= 0");
        }
        throw invalid(name, value, "a whole number >= 0");
    }

    RuntimeException invalid(String name, Object value, String expected) {
        String text = value.toString();
        String shown = text.length() <= 100 ? text : text.substring(0, 100) + "…";
        return RegistryProblem.INVALID_METADATA.because(
                "%s%s: %s (expected: %s)".formatted(path, name, shown, expected));
    }

    static boolean hasControl(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
