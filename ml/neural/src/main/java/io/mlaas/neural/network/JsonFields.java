package io.mlaas.neural.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads one JSON object strictly: every field has a type and a range, and {@link #done()} refuses a field that nobody
 * asked for with the list of those that are known. Messages start with the place, such as {@code layer 3 (dense)}.
 */
public final class JsonFields {
    private final String place;
    private final JsonNode node;
    private final TreeSet<String> known = new TreeSet<>();

    private JsonFields(String place, JsonNode node) {
        this.place = place;
        this.node = node;
    }

    public static JsonFields of(String place, JsonNode node) {
        if (!node.isObject()) {
            throw new InvalidDescriptionException(place + ": " + kind(node) + " (expected: a JSON object)");
        }
        return new JsonFields(place, node);
    }

    public String place() {
        return place;
    }

    public boolean has(String name) {
        known.add(name);
        return node.hasNonNull(name);
    }

    public @Nullable JsonNode raw(String name) {
        known.add(name);
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** The nested object of that name, or an empty one. */
    public JsonFields object(String name) {
        JsonNode value = raw(name);
        return value == null
                ? new JsonFields(place + "." + name, tools.jackson.databind.node.JsonNodeFactory.instance.objectNode())
                : of(place + "." + name, value);
    }

    public String text(String name, String absent) {
        JsonNode value = raw(name);
        if (value == null) {
            return absent;
        }
        if (!value.isString()) {
            throw wrong(name, value, "a string");
        }
        return value.stringValue();
    }

    public String requiredText(String name) {
        if (raw(name) == null) {
            throw missing(name, "a string");
        }
        return text(name, "");
    }

    public <E extends Enum<E>> E choice(String name, E absent) {
        String text = text(name, absent.name().toLowerCase(Locale.ROOT));
        E[] constants = absent.getDeclaringClass().getEnumConstants();
        for (E constant : constants) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw new InvalidDescriptionException(place + ": " + name + ": \"" + text + "\" (expected: one of "
                + Arrays.stream(constants)
                        .map(c -> c.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "))
                + ")");
    }

    public boolean flag(String name, boolean absent) {
        JsonNode value = raw(name);
        if (value == null) {
            return absent;
        }
        if (!value.isBoolean()) {
            throw wrong(name, value, "true or false");
        }
        return value.booleanValue();
    }

    public int integer(String name, int absent, int least) {
        JsonNode value = raw(name);
        return value == null ? absent : integerOf(name, value, least);
    }

    public int requiredInteger(String name, int least) {
        JsonNode value = raw(name);
        if (value == null) {
            throw missing(name, "an integer >= " + least);
        }
        return integerOf(name, value, least);
    }

    public long longInteger(String name, long absent) {
        JsonNode value = raw(name);
        if (value == null) {
            return absent;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(name, value, "an integer");
        }
        return value.longValue();
    }

    private int integerOf(String name, JsonNode value, int least) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(name, value, "an integer >= " + least);
        }
        if (value.intValue() < least) {
            throw new InvalidDescriptionException(place + ": " + name + ": " + value + " (expected: >= " + least + ")");
        }
        return value.intValue();
    }

    public double number(String name, double absent, double least, double most) {
        JsonNode value = raw(name);
        if (value == null) {
            return absent;
        }
        String range = most == Double.MAX_VALUE
                ? (least == -Double.MAX_VALUE ? "a number" : "a number >= " + plain(least))
                : "a number from " + plain(least) + " to " + plain(most);
        if (!value.isNumber()) {
            throw wrong(name, value, range);
        }
        double number = value.doubleValue();
        if (!(number >= least && number <= most)) {
            throw new InvalidDescriptionException(place + ": " + name + ": " + value + " (expected: " + range + ")");
        }
        return number;
    }

    public double number(String name, double absent, double least) {
        return number(name, absent, least, Double.MAX_VALUE);
    }

    public OptionalDouble optionalNumber(String name, double least) {
        return raw(name) == null ? OptionalDouble.empty() : OptionalDouble.of(number(name, 0, least));
    }

    /** {@code count} integers, given as a list of that length or as one integer that stands for all of them. */
    public int[] integers(String name, int count, int @Nullable [] absent, int least) {
        JsonNode value = raw(name);
        String expected = count == 1 ? "an integer" : "an integer or a list of " + count;
        if (value == null) {
            if (absent == null) {
                throw missing(name, expected + ", >= " + least);
            }
            return absent;
        }
        int[] integers = new int[count];
        if (!value.isArray()) {
            Arrays.fill(integers, integerOf(name, value, least));
            return integers;
        }
        if (value.size() != count) {
            throw wrong(name, value, expected);
        }
        for (int i = 0; i < count; i++) {
            integers[i] = integerOf(name + "[" + i + "]", value.get(i), least);
        }
        return integers;
    }

    public @Nullable TensorShape shape(String name) {
        JsonNode value = raw(name);
        if (value == null) {
            return null;
        }
        if (value.isIntegralNumber()) {
            return TensorShape.of(integerOf(name, value, 1));
        }
        if (!value.isArray()) {
            throw wrong(name, value, "a list of integers without the batch dimension, such as [1, 28, 28]");
        }
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            sizes.add(integerOf(name + "[" + i + "]", value.get(i), 1));
        }
        return new TensorShape(sizes);
    }

    public <T> List<T> list(String name, String expected, BiFunction<Integer, JsonNode, T> element) {
        JsonNode value = raw(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(name, value, expected);
        }
        List<T> elements = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            elements.add(element.apply(i, value.get(i)));
        }
        return elements;
    }

    /** Refuses fields that were never asked for. */
    public void done() {
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                throw new InvalidDescriptionException(
                        place + ": unknown field \"" + name + "\" (known: " + String.join(", ", known) + ")");
            }
        }
    }

    public InvalidDescriptionException wrong(String name, JsonNode value, String expected) {
        String shown = value.isContainer() ? value.toString() : kind(value) + " " + value;
        return new InvalidDescriptionException(place + ": " + name + ": " + shown + " (expected: " + expected + ")");
    }

    private InvalidDescriptionException missing(String name, String expected) {
        return new InvalidDescriptionException(place + ": " + name + " is missing (expected: " + expected + ")");
    }

    private static String kind(JsonNode value) {
        return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e9 ? String.valueOf((long) number) : "" + number;
    }
}
