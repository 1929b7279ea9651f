package io.mlaas.federated.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.DoublePredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The members of one JSON object. What is wrong with one is noted and the default stands in for it, so that reading goes
 * on and finds the rest; {@link #done()} notes the members that nobody asked for.
 */
final class Members {
    private final String path;
    private final JsonNode node;
    private final List<Violation> violations;
    private final TreeSet<String> known = new TreeSet<>();

    private Members(String path, JsonNode node, List<Violation> violations) {
        this.path = path;
        this.node = node;
        this.violations = violations;
    }

    static Members of(String path, JsonNode node, List<Violation> violations) {
        if (!node.isObject()) {
            violations.add(new Violation(path, node.toString(), "an object"));
            return new Members(path, JsonNodeFactory.instance.objectNode(), violations);
        }
        return new Members(path, node, violations);
    }

    /** Null where nothing, or null, stands. */
    @Nullable
    JsonNode raw(String name) {
        known.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    boolean has(String name) {
        return raw(name) != null;
    }

    Members object(String name) {
        JsonNode value = raw(name);
        return of(place(name), value == null ? JsonNodeFactory.instance.objectNode() : value, violations);
    }

    @Nullable
    String text(String name, @Nullable String absent) {
        JsonNode value = raw(name);
        if (value == null) {
            return absent;
        }
        if (!value.isString() || value.stringValue().isBlank()) {
            wrong(name, value, "a text");
            return absent;
        }
        return value.stringValue();
    }

    <E extends Enum<E>> E choice(String name, E absent) {
        JsonNode value = raw(name);
        if (value == null) {
            return absent;
        }
        E[] constants = absent.getDeclaringClass().getEnumConstants();
        for (E constant : constants) {
            if (value.isString() && value.stringValue().equals(lower(constant))) {
                return constant;
            }
        }
        wrong(
                name,
                value,
                "one of " + Arrays.stream(constants).map(Members::lower).collect(Collectors.joining(", ")));
        return absent;
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    boolean flag(String name, boolean absent) {
        JsonNode value = raw(name);
        if (value == null) {
            return absent;
        }
        if (!value.isBoolean()) {
            wrong(name, value, "true or false");
            return absent;
        }
        return value.booleanValue();
    }

    int integer(String name, int absent, int least, int most) {
        Integer value = integer(name, least, most);
        return value == null ? absent : value;
    }

    @Nullable
    Integer integer(String name, int least, int most) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            wrong(name, value, "an integer from " + least + " to " + most);
            return null;
        }
        return value.intValue();
    }

    @Nullable
    Long longInteger(String name) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            wrong(name, value, "an integer of 64 bits");
            return null;
        }
        return value.longValue();
    }

    double number(String name, double absent, DoublePredicate holds, String expected) {
        Double value = number(name, holds, expected);
        return value == null ? absent : value;
    }

    @Nullable
    Double number(String name, DoublePredicate holds, String expected) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        if (!value.isNumber() || !Double.isFinite(value.doubleValue()) || !holds.test(value.doubleValue())) {
            wrong(name, value, "a number " + expected);
            return null;
        }
        return value.doubleValue();
    }

    @Nullable
    Double positive(String name) {
        return number(name, x -> x > 0, "> 0");
    }

    double positive(String name, double absent) {
        return number(name, absent, x -> x > 0, "> 0");
    }

    void wrong(String name, JsonNode value, String expected) {
        violations.add(new Violation(place(name), shown(value), expected));
    }

    void missing(String name, String expected) {
        violations.add(new Violation(place(name), "missing", expected));
    }

    /** Notes the members that nobody asked for. */
    void done() {
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                // not its value: it may be a secret in the wrong place
                violations.add(new Violation(
                        place(name), "(not shown)", "no such member; known are " + String.join(", ", known)));
            }
        }
    }

    String place(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** What can be very long is cut. */
    static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
