package io.mlaas.learning.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A tensor of a request, row-major.
 *
 * @param shape the first axis is the batch
 * @param values numbers, or texts: as many as the shape says
 */
record InferenceTensor(String name, DataType type, List<Integer> shape, List<Object> values) {
    private static final int MOST = 1 << 24;

    /** @param binary the bytes after the JSON, from where they were not read yet */
    static InferenceTensor parse(JsonNode json, ByteBuffer binary) {
        String name = json.path("name").asString("");
        if (name.isEmpty()) {
            throw new InferenceException("inputs: a tensor without name");
        }
        DataType type = DataType.named(json.path("datatype").asString(""), name);
        List<Integer> shape = shape(json.path("shape"), name);
        int count = count(shape, name);
        JsonNode size = json.path("parameters").path("binary_data_size");
        List<Object> values = size.isMissingNode()
                ? listed(json.path("data"), type, name)
                : read(type, count, slice(binary, size, name), name);
        if (values.size() != count) {
            throw new InferenceException(
                    name + ": " + values.size() + " values (expected: " + count + ", as its shape " + shape + " says)");
        }
        return new InferenceTensor(name, type, shape, values);
    }

    int rows() {
        return shape.getFirst();
    }

    /** Values of one row. */
    int width() {
        return rows() == 0 ? 0 : values.size() / rows();
    }

    private static List<Integer> shape(JsonNode json, String name) {
        List<Integer> shape = new ArrayList<>();
        for (JsonNode length : json) {
            if (!length.isIntegralNumber() || !length.canConvertToInt() || length.intValue() < 0) {
                throw new InferenceException(name + ": shape: " + json + " (expected: integers >= 0)");
            }
            shape.add(length.intValue());
        }
        if (shape.isEmpty()) {
            throw new InferenceException(name + ": shape: " + json + " (expected: the batch and what follows)");
        }
        return shape;
    }

    private static int count(List<Integer> shape, String name) {
        long count = 1;
        for (int length : shape) {
            count *= length;
            if (count > MOST) {
                throw new InferenceException(name + ": shape: " + shape + " (expected: at most " + MOST + " values)");
            }
        }
        return (int) count;
    }

    /** Flat, or nested as the shape says: only the order matters. */
    private static List<Object> listed(JsonNode data, DataType type, String name) {
        if (!data.isArray()) {
            throw new InferenceException(name + ": data: " + (data.isMissingNode() ? "missing" : "no list")
                    + " (expected: a list, or binary_data_size)");
        }
        List<Object> values = new ArrayList<>();
        add(data, type, name, values, 0);
        return values;
    }

    private static void add(JsonNode data, DataType type, String name, List<Object> values, int depth) {
        for (JsonNode value : data) {
            if (value.isArray() && depth < 16) {
                add(value, type, name, values, depth + 1);
            } else if (type == DataType.BYTES && value.isString()) {
                values.add(value.stringValue());
            } else if (type != DataType.BYTES && value.isNumber()) {
                values.add(value.doubleValue());
            } else if (type == DataType.BOOL && value.isBoolean()) {
                values.add(value.booleanValue() ? 1.0 : 0.0);
            } else {
                throw new InferenceException(
                        name + ": data[" + values.size() + "]: " + value + " (expected: " + type + ")");
            }
        }
    }

    private static ByteBuffer slice(ByteBuffer binary, JsonNode size, String name) {
        if (!size.isIntegralNumber()
                || !size.canConvertToInt()
                || size.intValue() < 0
                || size.intValue() > binary.remaining()) {
            throw new InferenceException(name + ": binary_data_size: " + size + " (expected: at most "
                    + binary.remaining() + ", what is left of the body)");
        }
        ByteBuffer slice = binary.slice(binary.position(), size.intValue()).order(ByteOrder.LITTLE_ENDIAN);
        binary.position(binary.position() + size.intValue());
        return slice;
    }

    private static List<Object> read(DataType type, int count, ByteBuffer bytes, String name) {
        if (type != DataType.BYTES && bytes.remaining() != (long) count * type.size()) {
            throw new InferenceException(
                    name + ": " + bytes.remaining() + " bytes (expected: " + (long) count * type.size() + ")");
        }
        List<Object> values = new ArrayList<>();
        while (bytes.hasRemaining()) {
            values.add(type == DataType.BYTES ? text(bytes, name) : (Object) type.read(bytes));
        }
        return values;
    }

    private static String text(ByteBuffer bytes, String name) {
        int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw new InferenceException(
                    name + ": a text of " + length + " bytes where " + bytes.remaining() + " are left");
        }
        byte[] utf8 = new byte[length];
        bytes.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
