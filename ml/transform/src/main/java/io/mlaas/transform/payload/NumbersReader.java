package io.mlaas.transform.payload;

import io.mlaas.transform.document.Fields;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Bare numbers, as text or binary. With {@code names} the tree is an object of them; without, {@code {"values": […]}}.
 */
record NumbersReader(Encoding encoding, List<String> names, Limits limits) implements PayloadReader {
    enum Encoding {
        TEXT(1),
        FLOAT64_BE(8),
        FLOAT64_LE(8),
        FLOAT32_BE(4),
        FLOAT32_LE(4),
        INT64_BE(8),
        INT64_LE(8),
        INT32_BE(4),
        INT32_LE(4),
        UINT32_BE(4),
        UINT32_LE(4),
        INT16_BE(2),
        INT16_LE(2),
        UINT16_BE(2),
        UINT16_LE(2),
        INT8(1),
        UINT8(1);

        private final int bytes;

        Encoding(int bytes) {
            this.bytes = bytes;
        }

        private double number(ByteBuffer buffer) {
            return switch (this) {
                case FLOAT64_BE, FLOAT64_LE -> buffer.getDouble();
                case FLOAT32_BE, FLOAT32_LE -> buffer.getFloat();
                case INT64_BE, INT64_LE -> buffer.getLong();
                case INT32_BE, INT32_LE -> buffer.getInt();
                case UINT32_BE, UINT32_LE -> Integer.toUnsignedLong(buffer.getInt());
                case INT16_BE, INT16_LE -> buffer.getShort();
                case UINT16_BE, UINT16_LE -> Short.toUnsignedInt(buffer.getShort());
                case INT8 -> buffer.get();
                case UINT8 -> Byte.toUnsignedInt(buffer.get());
                case TEXT -> throw new IllegalStateException("text has no bytes per number");
            };
        }
    }

    static NumbersReader read(Fields fields, Limits limits) {
        return new NumbersReader(fields.choice("encoding", Encoding.TEXT), fields.optionalTexts("names"), limits);
    }

    @Override
    public List<Reading> read(Message message) throws BadPayloadException {
        JsonNode given = message.tree();
        JsonNode tree = given == null ? tree(numbers(message.payload())) : given;
        return new TreeReadings(null, null, limits).of(List.of(tree), message);
    }

    private JsonNode tree(double[] numbers) throws BadPayloadException {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        if (names.isEmpty()) {
            ArrayNode values = tree.putArray("values");
            for (double number : numbers) {
                values.add(number);
            }
            return tree;
        }
        if (numbers.length != names.size()) {
            throw new BadPayloadException(
                    "payload: " + numbers.length + " numbers (expected: " + names.size() + ", " + names + ")");
        }
        for (int i = 0; i < numbers.length; i++) {
            tree.put(names.get(i), numbers[i]);
        }
        return tree;
    }

    private double[] numbers(byte[] payload) throws BadPayloadException {
        if (payload.length == 0 || payload.length > limits.bytes()) {
            throw new BadPayloadException(
                    "payload: " + payload.length + " bytes (expected: 1 to " + limits.bytes() + ")");
        }
        double[] numbers = encoding == Encoding.TEXT ? fromText(payload) : fromBytes(payload);
        for (double number : numbers) {
            if (!Double.isFinite(number)) {
                throw new BadPayloadException("payload: " + number + " (expected: finite numbers)");
            }
        }
        return numbers;
    }

    private double[] fromBytes(byte[] payload) throws BadPayloadException {
        if (payload.length % encoding.bytes != 0 || payload.length / encoding.bytes > limits.readings()) {
            throw new BadPayloadException("payload: " + payload.length + " bytes (expected: a multiple of "
                    + encoding.bytes + ", at most " + limits.readings() + " numbers)");
        }
        boolean little = encoding.name().toLowerCase(Locale.ROOT).endsWith("_le");
        ByteBuffer buffer = ByteBuffer.wrap(payload).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        double[] numbers = new double[payload.length / encoding.bytes];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = encoding.number(buffer);
        }
        return numbers;
    }

    private double[] fromText(byte[] payload) throws BadPayloadException {
        String[] words = new String(payload, StandardCharsets.UTF_8).strip().split("[\\s,;]+", limits.readings() + 2);
        if (words.length > limits.readings()) {
            throw new BadPayloadException("payload: more than " + limits.readings() + " numbers");
        }
        double[] numbers = new double[words.length];
        for (int i = 0; i < numbers.length; i++) {
            try {
                numbers[i] = number(words[i]);
            } catch (NumberFormatException e) {
                String shown = words[i].substring(0, Math.min(40, words[i].length()));
                throw new BadPayloadException("payload: \"" + shown + "\" (expected: a number)", e);
            }
        }
        return numbers;
    }

    private static double number(String word) {
        if (word.length() > 100) {
            throw new NumberFormatException("too long");
        }
        return new BigDecimal(word).doubleValue();
    }
}
