package io.mlaas.monitoring.monitor;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one object of a JSON document field by field. What breaks a rule is added to the violations, and its default is
 * taken, so that one reading finds all of them. {@link #complete()} is what was read, with the defaults filled in.
 */
final class Fields {
    private final String path;
    private final JsonNode object;
    private final Violations violations;
    private final TreeSet<String> asked = new TreeSet<>();
    private final ObjectNode complete = JsonNodeFactory.instance.objectNode();

    Fields(JsonNode node, String path, Violations violations) {
        this.path = path;
        this.violations = violations;
        this.object = node.isObject() ? node : JsonNodeFactory.instance.objectNode();
        if (!node.isObject()) {
            violations.add(path, node.isMissingNode() ? "missing" : node.toString(), "a JSON object");
        }
    }

    ObjectNode complete() {
        return complete;
    }

    String path(String name) {
        return path + "." + name;
    }

    boolean has(String name) {
        return raw(name) != null;
    }

    /** The field as it stands there; JSON's null counts as absent. */
    @Nullable
    JsonNode raw(String name) {
        asked.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    void wrong(String name, String expected) {
        JsonNode value = object.get(name);
        if (value == null) {
            violations.add(path(name), "missing", expected);
        } else {
            violations.add(path(name), value, expected);
        }
    }

    /** @return null if it is absent or no string */
    @Nullable
    String text(String name) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            wrong(name, "a string");
            return null;
        }
        complete.put(name, value.stringValue());
        return value.stringValue();
    }

    String required(String name, String expected, java.util.function.Predicate<String> rule) {
        JsonNode value = raw(name);
        if (value == null || !value.isString() || !rule.test(value.stringValue())) {
            wrong(name, expected);
            return "";
        }
        complete.put(name, value.stringValue());
        return value.stringValue();
    }

    @Nullable
    UUID uuid(String name) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        try {
            UUID id = UUID.fromString(value.asString(""));
            complete.put(name, id.toString());
            return id;
        } catch (IllegalArgumentException e) {
            wrong(name, "a UUID");
            return null;
        }
    }

    long integer(String name, long absent, long least, long most) {
        JsonNode value = raw(name);
        long number = absent;
        if (value != null) {
            if (value.isIntegralNumber()
                    && value.canConvertToLong()
                    && value.longValue() >= least
                    && value.longValue() <= most) {
                number = value.longValue();
            } else {
                wrong(name, "an integer from %d to %d".formatted(least, most));
            }
        }
        complete.put(name, number);
        return number;
    }

    double number(String name, double absent, double least, double most) {
        Double given = number(name, least, most);
        complete.put(name, given == null ? absent : given);
        return given == null ? absent : given;
    }

    /** @return null if it is absent or wrong */
    @Nullable
    Double number(String name, double least, double most) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (!(number >= least && number <= most)) {
            wrong(
                    name,
                    Math.abs(least) == Double.MAX_VALUE
                            ? "a number"
                            : "a number from %s to %s".formatted(least, most == Double.MAX_VALUE ? "…" : most));
            return null;
        }
        complete.put(name, number);
        return number;
    }

    boolean flag(String name, boolean absent) {
        JsonNode value = raw(name);
        boolean flag = absent;
        if (value != null && value.isBoolean()) {
            flag = value.booleanValue();
        } else if (value != null) {
            wrong(name, "true or false");
        }
        complete.put(name, flag);
        return flag;
    }

    Duration duration(String name, Duration absent, Duration least, Duration most) {
        JsonNode value = raw(name);
        Duration duration = absent;
        if (value != null) {
            try {
                duration = Duration.parse(value.asString(""));
            } catch (DateTimeParseException e) {
                duration = Duration.ofSeconds(-1);
            }
            if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                wrong(name, "an ISO 8601 duration from %s to %s, such as PT1H".formatted(least, most));
                duration = absent;
            }
        }
        complete.put(name, duration.toString());
        return duration;
    }

    /** One of the constants of an enum, in lower case. */
    <E extends Enum<E>> E choice(String name, Class<E> type, @Nullable E absent) {
        E[] constants = type.getEnumConstants();
        JsonNode value = raw(name);
        E chosen = absent == null ? constants[0] : absent;
        if (value != null || absent == null) {
            String given = value != null && value.isString() ? value.stringValue() : "";
            List<E> fitting = Arrays.stream(constants)
                    .filter(constant -> lower(constant).equals(given))
                    .toList();
            if (fitting.isEmpty()) {
                wrong(
                        name,
                        Arrays.stream(constants).map(Fields::lower).collect(Collectors.joining(", ", "one of ", "")));
            } else {
                chosen = fitting.getFirst();
            }
        }
        complete.put(name, lower(chosen));
        return chosen;
    }

    /** Constants of an enum, in lower case and each once; absent is all of them. */
    <E extends Enum<E>> List<E> choices(String name, Class<E> type) {
        List<E> all = List.of(type.getEnumConstants());
        List<String> known = all.stream().map(Fields::lower).toList();
        List<String> given = has(name) ? names(name, known.size()) : known;
        if (!known.containsAll(given)) {
            wrong(name, "a list of " + String.join(", ", known));
        }
        var list = complete.putArray(name);
        given.forEach(list::add);
        return all.stream().filter(constant -> given.contains(lower(constant))).toList();
    }

    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Distinct names; absent is empty. */
    List<String> names(String name, int most) {
        return names(name, most, List.of());
    }

    List<String> names(String name, int most, List<String> absent) {
        List<String> found = new ArrayList<>(has(name) ? List.of() : absent);
        JsonNode value = raw(name);
        if (value != null && (!value.isArray() || value.size() > most)) {
            wrong(name, "a list of at most %d names".formatted(most));
        } else if (value != null) {
            for (int i = 0; i < value.size(); i++) {
                JsonNode element = value.get(i);
                if (!element.isString() || !isName(element.stringValue()) || found.contains(element.stringValue())) {
                    violations.add(
                            path(name) + "[" + i + "]",
                            element,
                            "a name of 1 to 200 characters that the list has once");
                } else {
                    found.add(element.stringValue());
                }
            }
        }
        var list = complete.putArray(name);
        found.forEach(list::add);
        return List.copyOf(found);
    }

    static boolean isName(String name) {
        return !name.isBlank() && name.length() <= 200 && name.indexOf('\0') < 0;
    }

    /** Objects, each read by its own fields. */
    <T> List<T> objects(String name, int least, int most, BiFunction<Fields, Integer, T> read) {
        JsonNode value = raw(name);
        List<T> found = new ArrayList<>();
        int size = value != null && value.isArray() ? value.size() : 0;
        if ((value != null && !value.isArray()) || size < least || size > most) {
            wrong(name, "a list of %d to %d objects".formatted(least, most));
        }
        var list = complete.putArray(name);
        for (int i = 0; value != null && i < Math.min(size, most); i++) {
            Fields element = new Fields(value.get(i), path(name) + "[" + i + "]", violations);
            found.add(read.apply(element, i));
            element.done();
            list.add(element.complete());
        }
        return List.copyOf(found);
    }

    /** An object that may be absent, which is then read as an empty one. */
    <T> T object(String name, java.util.function.Function<Fields, T> read) {
        JsonNode value = raw(name);
        Fields fields =
                new Fields(value == null ? JsonNodeFactory.instance.objectNode() : value, path(name), violations);
        T found = read.apply(fields);
        fields.done();
        complete.set(name, fields.complete());
        return found;
    }

    Violations violations() {
        return violations;
    }

    /** Refuses fields that nobody asked for. */
    void done() {
        for (String name : object.propertyNames()) {
            if (!asked.contains(name)) {
                violations.add(path(name), "unknown", "one of " + String.join(", ", asked));
            }
        }
    }
}
