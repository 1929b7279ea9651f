package io.mlaas.transform.payload;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.document.Numbers;
import io.mlaas.transform.row.Times;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sensor Measurement Lists (RFC 8428), JSON or CBOR, resolved: base fields applied, relative times made absolute from
 * the time of receipt. Records of the same time become one reading
 * {@code {"<name>": {"value": …, "unit": …, "sum": …}}}.
 */
record SenmlReader(JsonTrees trees, boolean cbor, Names names, SourceFrom sourceFrom, Limits limits)
        implements PayloadReader {
    /** Numbers below this are seconds from now, not since 1970. */
    private static final BigDecimal RELATIVE_BELOW = BigDecimal.valueOf(1 << 28);

    private static final int VERSION = 10;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9\\-:./_]*");
    private static final Map<String, String> CBOR_LABELS = Map.ofEntries(
            Map.entry("-1", "bver"),
            Map.entry("-2", "bn"),
            Map.entry("-3", "bt"),
            Map.entry("-4", "bu"),
            Map.entry("-5", "bv"),
            Map.entry("-6", "bs"),
            Map.entry("0", "n"),
            Map.entry("1", "u"),
            Map.entry("2", "v"),
            Map.entry("3", "vs"),
            Map.entry("4", "vb"),
            Map.entry("5", "s"),
            Map.entry("6", "t"),
            Map.entry("7", "ut"),
            Map.entry("8", "vd"));

    enum Names {
        /** base name and name together, as the RFC resolves them */
        FULL,
        /** the record's own name, or the last part of the base name where it has none */
        LOCAL
    }

    enum SourceFrom {
        MESSAGE,
        BASE_NAME
    }

    private record Key(String source, long time) {}

    static SenmlReader read(Fields fields, Limits limits, boolean cbor) {
        return new SenmlReader(
                cbor ? JsonTrees.cbor(limits) : JsonTrees.json(limits),
                cbor,
                fields.choice("names", Names.FULL),
                fields.choice("source_from", SourceFrom.MESSAGE),
                limits);
    }

    @Override
    public List<Reading> read(Message message) throws BadPayloadException {
        JsonNode given = message.tree();
        JsonNode pack = given == null ? trees.read(message.payload()) : given;
        if (!pack.isArray() || pack.isEmpty() || pack.size() > limits.readings()) {
            throw new BadPayloadException("payload: " + (pack.isArray() ? pack.size() + " records" : "no list")
                    + " (expected: a list of 1 to " + limits.readings() + " SenML records)");
        }
        Map<Key, ObjectNode> readings = new LinkedHashMap<>();
        Base base = new Base();
        int index = 0;
        for (JsonNode record : pack.values()) {
            try {
                resolve(labelled(record), base, message, readings);
            } catch (BadRecordException | IllegalArgumentException | ArithmeticException e) {
                throw new BadPayloadException("record " + index + ": " + e.getMessage(), e);
            }
            index++;
        }
        List<Reading> result = new ArrayList<>(readings.size());
        readings.forEach((key, tree) -> result.add(new Reading(key.source, key.time, tree)));
        return result;
    }

    private void resolve(ObjectNode record, Base base, Message message, Map<Key, ObjectNode> readings)
            throws BadRecordException {
        base.take(record);
        String own = text(record, "n");
        String name = base.name + (own == null ? "" : own);
        if (!NAME.matcher(name).matches()) {
            throw new BadRecordException("name: \"" + name.substring(0, Math.min(60, name.length()))
                    + "\" (expected: letters, digits and -:./_)");
        }
        String source = sourceFrom == SourceFrom.MESSAGE ? message.source() : base.source(message.source());
        Key key = new Key(source, time(base.time.add(decimal(record, "t", BigDecimal.ZERO)), message));
        ObjectNode reading = readings.computeIfAbsent(key, k -> JsonNodeFactory.instance.objectNode());
        put(reading, names == Names.FULL ? name : local(own, base.name), value(record, base));
    }

    /** A second value of the same name and time, such as a latitude beside a longitude, goes under name:unit. */
    private static void put(ObjectNode reading, String name, ObjectNode value) throws BadRecordException {
        String key = reading.has(name) ? name + ":" + value.path("unit").asString("") : name;
        if (reading.has(key)) {
            throw new BadRecordException(
                    "name: \"" + name + "\" twice at the same time (expected: once, or another unit)");
        }
        reading.set(key, value);
    }

    private static ObjectNode value(ObjectNode record, Base base) throws BadRecordException {
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        int values = 0;
        for (String label : List.of("v", "vs", "vb", "vd")) {
            JsonNode given = record.get(label);
            if (given != null) {
                values++;
                value.set(
                        "value",
                        switch (label) {
                            case "v" ->
                                number(decimal(record, "v", BigDecimal.ZERO).add(base.value));
                            case "vb" -> checked(given, given.isBoolean(), "vb: ", "true or false");
                            default -> checked(given, given.isString() || given.isBinary(), label + ": ", "a text");
                        });
            }
        }
        boolean summed = record.has("s") || base.sum != null;
        if (values > 1 || (values == 0 && !summed)) {
            throw new BadRecordException(values + " values (expected: one of v, vs, vb, vd)");
        }
        if (summed) {
            BigDecimal start = base.sum == null ? BigDecimal.ZERO : base.sum;
            value.set("sum", number(decimal(record, "s", BigDecimal.ZERO).add(start)));
        }
        String unit = text(record, "u");
        if (unit != null || base.unit != null) {
            value.put("unit", unit == null ? base.unit : unit);
        }
        return value;
    }

    private static long time(BigDecimal seconds, Message message) {
        if (seconds.compareTo(RELATIVE_BELOW) >= 0) {
            return Times.nanoseconds(seconds, 1_000_000_000L);
        }
        BigDecimal now =
                BigDecimal.valueOf(Times.nanoseconds(message.received())).scaleByPowerOfTen(-9);
        return Times.nanoseconds(now.add(seconds), 1_000_000_000L);
    }

    private ObjectNode labelled(JsonNode record) throws BadRecordException {
        if (!(record instanceof ObjectNode object)) {
            throw new BadRecordException(Fields.shown(record) + " (expected: an object)");
        }
        ObjectNode labelled = cbor ? JsonNodeFactory.instance.objectNode() : object;
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (entry.getKey().endsWith("_")) {
                throw new BadRecordException(entry.getKey() + ": a field that must be understood and is not");
            }
            if (cbor) {
                labelled.set(CBOR_LABELS.getOrDefault(entry.getKey(), "unknown " + entry.getKey()), entry.getValue());
            }
        }
        return labelled;
    }

    private static String local(@Nullable String own, String baseName) {
        if (own != null) {
            return own;
        }
        String name = stripped(baseName);
        return name.substring(Math.max(name.lastIndexOf(':'), name.lastIndexOf('/')) + 1);
    }

    private static String stripped(String baseName) {
        int end = baseName.length();
        while (end > 0 && ":/.-_".indexOf(baseName.charAt(end - 1)) >= 0) {
            end--;
        }
        return baseName.substring(0, end);
    }

    private static JsonNode number(BigDecimal number) {
        return JsonNodeFactory.instance.numberNode(number.doubleValue());
    }

    private static JsonNode checked(JsonNode value, boolean good, String label, String expected)
            throws BadRecordException {
        if (!good) {
            throw new BadRecordException(label + Fields.shown(value) + " (expected: " + expected + ")");
        }
        return value.isBinary() ? JsonNodeFactory.instance.stringNode(value.asString()) : value;
    }

    private static @Nullable String text(ObjectNode record, String label) throws BadRecordException {
        JsonNode value = record.get(label);
        return value == null
                ? null
                : checked(value, value.isString(), label + ": ", "a text").stringValue();
    }

    private static BigDecimal decimal(ObjectNode record, String label, BigDecimal fallback) throws BadRecordException {
        JsonNode value = record.get(label);
        if (value == null) {
            return fallback;
        }
        boolean small = !Double.isNaN(Numbers.of(value))
                && Math.abs((long) value.decimalValue().scale()) <= 400;
        return checked(value, small, label + ": ", "a number").decimalValue();
    }

    /** The base fields that hold from one record to the next. */
    private static final class Base {
        private String name = "";
        private BigDecimal time = BigDecimal.ZERO;
        private BigDecimal value = BigDecimal.ZERO;
        private @Nullable BigDecimal sum;
        private @Nullable String unit;

        private void take(ObjectNode record) throws BadRecordException {
            String newName = text(record, "bn");
            name = newName == null ? name : newName;
            time = decimal(record, "bt", time);
            value = decimal(record, "bv", value);
            String newUnit = text(record, "bu");
            unit = newUnit == null ? unit : newUnit;
            if (record.has("bs")) {
                sum = decimal(record, "bs", BigDecimal.ZERO);
            }
            JsonNode version = record.get("bver");
            if (version != null
                    && !(version.isIntegralNumber() && version.asInt(-1) <= VERSION && version.asInt(-1) > 0)) {
                throw new BadRecordException("bver: " + Fields.shown(version) + " (expected: 1 to " + VERSION + ")");
            }
        }

        private String source(String fallback) {
            String stripped = stripped(name);
            return stripped.isEmpty() ? fallback : stripped;
        }
    }

    private static final class BadRecordException extends Exception {
        private static final long serialVersionUID = 1;

        private BadRecordException(String message) {
            super(message);
        }
    }
}
