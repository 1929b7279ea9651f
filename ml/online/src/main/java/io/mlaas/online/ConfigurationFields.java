package io.mlaas.online;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one object of a JSON document field by field, each with a type and a range, and remembers what it read with the
 * defaults filled in ({@link #complete()}). {@link #done()} refuses fields that nobody asked for.
 */
public final class ConfigurationFields {
    private final String path;
    private final JsonNode object;
    private final TreeSet<String> asked = new TreeSet<>();
    private final ObjectNode complete = JsonNodeFactory.instance.objectNode();

    /** @throws ConfigurationRefused if it is not an object */
    public ConfigurationFields(JsonNode node, String path) {
        if (!node.isObject()) {
            throw new ConfigurationRefused(path, node + " (expected: a JSON object)");
        }
        this.object = node;
        this.path = path;
    }

    public String path(String name) {
        return path + "." + name;
    }

    /** The field as it stands there, or null; JSON's null counts as absent. */
    public @Nullable JsonNode raw(String name) {
        asked.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    public String text(String name) {
        JsonNode value = raw(name);
        if (value == null || !value.isString()) {
            throw refused(name, value == null ? "missing" : value, "a string");
        }
        complete.put(name, value.stringValue());
        return value.stringValue();
    }

    public boolean flag(String name, boolean absent) {
        JsonNode value = raw(name);
        if (value != null && !value.isBoolean()) {
            throw refused(name, value, "true or false");
        }
        boolean flag = value == null ? absent : value.booleanValue();
        complete.put(name, flag);
        return flag;
    }

    /** @param least inclusive */
    public int integer(String name, int absent, int least, int most) {
        return (int) longInteger(name, absent, least, most);
    }

    /** @param least inclusive */
    public long longInteger(String name, long absent, long least, long most) {
        JsonNode value = raw(name);
        long number = absent;
        if (value != null) {
            boolean integer = value.isIntegralNumber() && value.canConvertToLong();
            number = integer ? value.longValue() : 0;
            if (!integer || number < least || number > most) {
                throw refused(name, value, "an integer from " + least + " to " + most);
            }
        }
        complete.put(name, number);
        return number;
    }

    /** A number {@code > least} and {@code <= most}. */
    public double above(String name, double absent, double least, double most) {
        String expected = "a number > " + plain(least) + " and <= " + plain(most);
        JsonNode value = raw(name);
        double number = number(name, value, absent, expected);
        if (!(number > least && number <= most)) {
            throw refused(name, value == null ? number : value, expected);
        }
        complete.put(name, number);
        return number;
    }

    /** A number from {@code least} to {@code most}, both inclusive. */
    public double between(String name, double absent, double least, double most) {
        String expected = most == Double.MAX_VALUE
                ? "a number >= " + plain(least)
                : "a number from " + plain(least) + " to " + plain(most);
        JsonNode value = raw(name);
        double number = number(name, value, absent, expected);
        if (!(number >= least && number <= most)) {
            throw refused(name, value == null ? number : value, expected);
        }
        complete.put(name, number);
        return number;
    }

    private double number(String name, @Nullable JsonNode value, double absent, String expected) {
        if (value == null) {
            return absent;
        }
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw refused(name, value, expected);
        }
        return value.doubleValue();
    }

    /** One of the constants of an enum, in lower case. */
    public <E extends Enum<E>> E choice(String name, E absent) {
        JsonNode value = raw(name);
        E chosen = absent;
        if (value != null) {
            chosen = Arrays.stream(absent.getDeclaringClass().getEnumConstants())
                    .filter(constant -> value.isString() && lower(constant).equals(value.stringValue()))
                    .findFirst()
                    .orElseThrow(() -> refused(
                            name,
                            value,
                            Arrays.stream(absent.getDeclaringClass().getEnumConstants())
                                    .map(ConfigurationFields::lower)
                                    .collect(Collectors.joining(", ", "one of ", ""))));
        }
        complete.put(name, lower(chosen));
        return chosen;
    }

    /** A list that must be there; each element is read with {@code path(name) + "[i]"}. */
    public List<JsonNode> list(String name) {
        JsonNode value = raw(name);
        if (value == null || !value.isArray()) {
            throw refused(name, value == null ? "missing" : value, "a list");
        }
        complete.set(name, value);
        List<JsonNode> elements = new ArrayList<>();
        value.forEach(elements::add);
        return elements;
    }

    /** Strings; the list must be there. */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : list(name)) {
            if (!element.isString()) {
                throw refused(name + "[" + texts.size() + "]", element, "a string");
            }
            texts.add(element.stringValue());
        }
        return texts;
    }

    public ConfigurationRefused refused(String name, Object value, String expected) {
        return new ConfigurationRefused(path(name), value + " (expected: " + expected + ")");
    }

    /** What was read, defaults included, in the order of reading; other values may be set into it. */
    public ObjectNode complete() {
        return complete;
    }

    /** Refuses fields that were never asked for. */
    public void done() {
        for (String name : object.propertyNames()) {
            if (!asked.contains(name)) {
                throw new ConfigurationRefused(
                        path(name), "unknown field (expected: one of " + String.join(", ", asked) + ")");
            }
        }
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e9 ? String.valueOf((long) number) : "" + number;
    }
}
