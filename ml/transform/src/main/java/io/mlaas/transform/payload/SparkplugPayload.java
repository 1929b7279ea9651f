package io.mlaas.transform.payload;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The payload of Sparkplug B 3.0 (section 6.4), decoded field by field: {@code timestamp = 1, metrics = 2}; data sets,
 * templates, arrays and metadata are passed over.
 */
record SparkplugPayload(@Nullable Long timestamp, List<Metric> metrics) {
    private static final int INT8 = 1;
    private static final int INT16 = 2;
    private static final int INT32 = 3;
    private static final int INT64 = 4;
    private static final int BOOLEAN = 11;
    private static final String UNIT_PROPERTY = "engUnit";

    /**
     * One metric as it was sent; {@code raw} is the value as it lies on the wire, which only the datatype explains, and
     * the datatype may have been told at birth.
     */
    record Metric(
            @Nullable String name,
            @Nullable Long alias,
            @Nullable Long timestamp,
            @Nullable Integer datatype,
            @Nullable Object raw,
            @Nullable String unit) {
        JsonNode value(@Nullable Integer type) {
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            return switch (raw) {
                case null -> nodes.nullNode();
                case Integer bits -> whole(bits, type);
                case Long bits ->
                    type != null && type == INT64
                            ? nodes.numberNode(bits)
                            : nodes.numberNode(new BigInteger(Long.toUnsignedString(bits)));
                case Float number -> finite(Double.parseDouble(number.toString()));
                case Double number -> finite(number);
                case Boolean flag -> nodes.booleanNode(flag);
                case String text -> nodes.stringNode(text);
                default -> nodes.nullNode();
            };
        }

        private static JsonNode whole(int bits, @Nullable Integer type) {
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            int known = type == null ? 0 : type;
            return switch (known) {
                case INT8 -> nodes.numberNode((long) (byte) bits);
                case INT16 -> nodes.numberNode((long) (short) bits);
                case INT32 -> nodes.numberNode((long) bits);
                case BOOLEAN -> nodes.booleanNode(bits != 0);
                default -> nodes.numberNode(Integer.toUnsignedLong(bits));
            };
        }

        private static JsonNode finite(double number) {
            JsonNodeFactory nodes = JsonNodeFactory.instance;
            return Double.isFinite(number) ? nodes.numberNode(number) : nodes.nullNode();
        }
    }

    static SparkplugPayload decode(byte[] bytes, Limits limits) throws BadPayloadException {
        if (bytes.length > limits.bytes()) {
            throw new BadPayloadException(
                    "payload: " + bytes.length + " bytes (expected: at most " + limits.bytes() + ")");
        }
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        Long timestamp = null;
        List<Metric> metrics = new ArrayList<>();
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case 1 -> timestamp = in.readUInt64();
                    case 2 -> metrics.add(metric(in.readByteArray()));
                    default -> in.skipField(tag);
                }
                if (metrics.size() > limits.readings()) {
                    throw new BadPayloadException("payload: more than " + limits.readings() + " metrics");
                }
            }
        } catch (IOException e) {
            throw new BadPayloadException("payload: not a Sparkplug B payload (" + e.getMessage() + ")", e);
        }
        return new SparkplugPayload(timestamp, metrics);
    }

    private static Metric metric(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String name = null;
        Long alias = null;
        Long timestamp = null;
        Integer datatype = null;
        Object raw = null;
        String unit = null;
        boolean isNull = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> name = in.readStringRequireUtf8();
                case 2 -> alias = in.readUInt64();
                case 3 -> timestamp = in.readUInt64();
                case 4 -> datatype = in.readUInt32();
                case 7 -> isNull = in.readBool();
                case 9 -> unit = unit(in.readByteArray());
                case 10 -> raw = in.readUInt32();
                case 11 -> raw = in.readUInt64();
                case 12 -> raw = in.readFloat();
                case 13 -> raw = in.readDouble();
                case 14 -> raw = in.readBool();
                case 15 -> raw = in.readStringRequireUtf8();
                default -> in.skipField(tag);
            }
        }
        return new Metric(name, alias, timestamp, datatype, isNull ? null : raw, unit);
    }

    /** The text of the property {@code engUnit}: {@code keys = 1, values = 2}, a value's text is its field 8. */
    private static @Nullable String unit(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        List<String> keys = new ArrayList<>();
        List<@Nullable String> values = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> keys.add(in.readStringRequireUtf8());
                case 2 -> values.add(text(in.readByteArray()));
                default -> in.skipField(tag);
            }
        }
        int index = keys.indexOf(UNIT_PROPERTY);
        return index < 0 || index >= values.size() ? null : values.get(index);
    }

    private static @Nullable String text(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        String text = null;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 8) {
                text = in.readStringRequireUtf8();
            } else {
                in.skipField(tag);
            }
        }
        return text;
    }
}
