package io.mlaas.transform.document;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one JSON object of a document. Each reading method notes what is wrong and answers with something usable,
 * so that one pass finds every mistake; {@link #finish} reports the fields that nobody asked for.
 */
public final class Fields {
    private final JsonNode node;
    private final String path;
    private final Problems problems;
    private final Set<String> asked = new HashSet<>();

    public Fields(JsonNode node, String path, Problems problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
        if (!node.isObject()) {
            problems.add(path, shown(node) + " (expected: an object)");
        }
    }

    public String path() {
        return path;
    }

    public String path(String name) {
        return path + "." + name;
    }

    public Problems problems() {
        return problems;
    }

    public JsonNode node() {
        return node;
    }

    public void bad(String name, String message) {
        problems.add(path(name), message);
    }

    public boolean has(String name) {
        return value(name) != null;
    }

    /** The field as it is, or nothing where it is absent or null. */
    public @Nullable JsonNode value(String name) {
        asked.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    public String text(String name) {
        String text = optionalText(name);
        if (text == null) {
            if (!has(name)) {
                bad(name, "missing (expected: a text)");
            }
            return "";
        }
        return text;
    }

    public String text(String name, String fallback) {
        String text = optionalText(name);
        return text == null ? fallback : text;
    }

    public @Nullable String optionalText(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isString() || value.stringValue().isBlank()) {
            bad(name, shown(value) + " (expected: a text)");
            return null;
        }
        return value.stringValue();
    }

    public boolean flag(String name, boolean fallback) {
        JsonNode value = value(name);
        if (value == null) {
            return fallback;
        }
        if (!value.isBoolean()) {
            bad(name, shown(value) + " (expected: true or false)");
            return fallback;
        }
        return value.booleanValue();
    }

    public double number(String name, double fallback) {
        JsonNode value = value(name);
        if (value == null) {
            return fallback;
        }
        return number(value, path(name));
    }

    public double number(String name) {
        if (!has(name)) {
            bad(name, "missing (expected: a number)");
            return 0;
        }
        return number(name, 0);
    }

    public double number(String name, double fallback, double minimum, double maximum) {
        double value = number(name, fallback);
        if (value < minimum || value > maximum) {
            bad(name, value + " (expected: " + minimum + " to " + maximum + ")");
            return fallback;
        }
        return value;
    }

    public int integer(String name, int fallback, int minimum, int maximum) {
        JsonNode value = value(name);
        if (value == null) {
            return fallback;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            bad(name, shown(value) + " (expected: a whole number, " + minimum + " to " + maximum + ")");
            return fallback;
        }
        int number = value.intValue();
        if (number < minimum || number > maximum) {
            bad(name, number + " (expected: " + minimum + " to " + maximum + ")");
            return fallback;
        }
        return number;
    }

    public int integer(String name, int minimum, int maximum) {
        if (!has(name)) {
            bad(name, "missing (expected: a whole number, " + minimum + " to " + maximum + ")");
            return minimum;
        }
        return integer(name, minimum, minimum, maximum);
    }

    public <E extends Enum<E>> E choice(String name, E fallback) {
        String text = optionalText(name);
        E[] all = fallback.getDeclaringClass().getEnumConstants();
        for (E one : all) {
            if (text == null || spelt(one).equals(text)) {
                return text == null ? fallback : one;
            }
        }
        bad(
                name,
                "\"" + text + "\" (expected: one of "
                        + Arrays.stream(all).map(Fields::spelt).collect(Collectors.joining(", ")) + ")");
        return fallback;
    }

    public <E extends Enum<E>> E choice(String name, Class<E> choices) {
        E[] all = choices.getEnumConstants();
        if (!has(name)) {
            bad(
                    name,
                    "missing (expected: one of "
                            + Arrays.stream(all).map(Fields::spelt).collect(Collectors.joining(", ")) + ")");
            return all[0];
        }
        return choice(name, all[0]);
    }

    public Duration duration(String name, Duration minimum, Duration maximum) {
        if (!has(name)) {
            bad(name, "missing (expected: an ISO 8601 duration such as PT1H)");
            return minimum;
        }
        return duration(name, minimum, minimum, maximum);
    }

    public Duration duration(String name, Duration fallback, Duration minimum, Duration maximum) {
        String text = optionalText(name);
        if (text == null) {
            return fallback;
        }
        try {
            Duration duration = Duration.parse(text);
            if (duration.compareTo(minimum) >= 0 && duration.compareTo(maximum) <= 0) {
                return duration;
            }
            bad(name, "\"" + text + "\" (expected: " + minimum + " to " + maximum + ")");
        } catch (DateTimeException e) {
            bad(name, "\"" + text + "\" (expected: an ISO 8601 duration such as PT1H)");
        }
        return fallback;
    }

    /** A list of one text or more. */
    public List<String> texts(String name) {
        List<String> texts = optionalTexts(name);
        if (texts.isEmpty() && !has(name)) {
            bad(name, "missing (expected: a list of texts)");
        } else if (texts.isEmpty()) {
            bad(name, "nothing usable in it (expected: a list of one text or more)");
        }
        return texts;
    }

    public List<String> optionalTexts(String name) {
        List<String> texts = new ArrayList<>();
        List<JsonNode> items = items(name);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).isString() && !items.get(i).stringValue().isBlank()) {
                texts.add(items.get(i).stringValue());
            } else {
                problems.add(path(name) + "[" + i + "]", shown(items.get(i)) + " (expected: a text)");
            }
        }
        return texts;
    }

    public double[] numbers(String name) {
        List<JsonNode> items = items(name);
        double[] numbers = new double[items.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(items.get(i), path(name) + "[" + i + "]");
        }
        return numbers;
    }

    /** The elements of a list; none where it is absent or no list. */
    public List<JsonNode> items(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            bad(name, shown(value) + " (expected: a list)");
            return List.of();
        }
        return List.copyOf(value.values());
    }

    public List<Fields> objects(String name) {
        if (!has(name)) {
            bad(name, "missing (expected: a list of objects)");
        }
        List<Fields> objects = new ArrayList<>();
        for (JsonNode item : items(name)) {
            objects.add(new Fields(item, path(name) + "[" + objects.size() + "]", problems));
        }
        return objects;
    }

    public @Nullable Fields object(String name) {
        JsonNode value = value(name);
        return value == null ? null : new Fields(value, path(name), problems);
    }

    /** The fields of an object whose names are the document's own, such as column names. */
    public Map<String, Fields> entries() {
        Map<String, Fields> entries = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            asked.add(entry.getKey());
            entries.put(entry.getKey(), new Fields(entry.getValue(), path(entry.getKey()), problems));
        }
        return entries;
    }

    /** The names of an object whose names are the document's own, for values that are no objects. */
    public List<String> names() {
        List<String> names = List.copyOf(node.propertyNames());
        asked.addAll(names);
        return names;
    }

    /** Reports the fields that no reading method asked for. */
    public void finish() {
        for (String name : node.propertyNames()) {
            if (!asked.contains(name)) {
                bad(
                        name,
                        "unknown field (expected: one of "
                                + asked.stream().sorted().collect(Collectors.joining(", ")) + ")");
            }
        }
    }

    /** A value as a message shows it: its JSON, cut where it is long. */
    public static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    private double number(JsonNode value, String where) {
        double number = Numbers.of(value);
        if (Double.isNaN(number)) {
            problems.add(where, shown(value) + " (expected: a number)");
            return 0;
        }
        return number;
    }

    private static String spelt(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
