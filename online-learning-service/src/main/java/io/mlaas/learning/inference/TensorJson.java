package io.mlaas.learning.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Tensors in JSON, their values there as well or, as the extension for binary data has it, in the bytes that follow it. */
final class TensorJson {
    private static final int DEEPEST = 16;

    private TensorJson() {}

    /** @param binary the bytes after the JSON, from where they were not read yet */
    static InferenceTensor parse(JsonNode json, ByteBuffer binary) {
        String name = json.path("name").asString("");
        if (name.isEmpty()) {
            throw new InferenceException("inputs: a tensor without name");
        }
        DataType type = DataType.named(json.path("datatype").asString(""), name);
        List<Integer> shape = shape(json.path("shape"), name);
        JsonNode size = json.path("parameters").path("binary_data_size");
        if (!size.isMissingNode()) {
            return InferenceTensor.of(name, type, shape, slice(binary, size, name));
        }
        JsonNode data = json.path("data");
        if (!data.isArray()) {
            throw new InferenceException(name + ": data: " + (data.isMissingNode() ? "missing" : "no list")
                    + " (expected: a list, or binary_data_size)");
        }
        return type == DataType.BYTES
                ? InferenceTensor.of(name, shape, texts(data, name))
                : InferenceTensor.of(name, type, shape, numbers(data, type, name));
    }

    private static List<Integer> shape(JsonNode json, String name) {
        List<Long> lengths = new ArrayList<>();
        for (JsonNode length : json) {
            if (!length.isIntegralNumber() || !length.canConvertToLong()) {
                throw new InferenceException(name + ": shape: " + json + " (expected: integers >= 0)");
            }
            lengths.add(length.longValue());
        }
        return InferenceTensor.shape(lengths, name);
    }

    private static ByteBuffer slice(ByteBuffer binary, JsonNode size, String name) {
        if (!size.isIntegralNumber()
                || !size.canConvertToInt()
                || size.intValue() < 0
                || size.intValue() > binary.remaining()) {
            throw new InferenceException(name + ": binary_data_size: " + size + " (expected: at most "
                    + binary.remaining() + ", what is left of the body)");
        }
        ByteBuffer slice = binary.slice(binary.position(), size.intValue());
        binary.position(binary.position() + size.intValue());
        return slice;
    }

    private static List<String> texts(JsonNode data, String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : leaves(data)) {
            if (!value.isString()) {
                throw unfit(name, texts.size(), value, DataType.BYTES);
            }
            texts.add(value.stringValue());
        }
        return texts;
    }

    private static double[] numbers(JsonNode data, DataType type, String name) {
        List<JsonNode> leaves = leaves(data);
        double[] numbers = new double[leaves.size()];
        for (int i = 0; i < numbers.length; i++) {
            JsonNode value = leaves.get(i);
            if (value.isNumber()) {
                numbers[i] = value.doubleValue();
            } else if (type == DataType.BOOL && value.isBoolean()) {
                numbers[i] = value.booleanValue() ? 1 : 0;
            } else {
                throw unfit(name, i, value, type);
            }
        }
        return numbers;
    }

    /** Flat, or nested as the shape says: only the order matters. */
    private static List<JsonNode> leaves(JsonNode data) {
        List<JsonNode> leaves = new ArrayList<>(data.size());
        addLeaves(data, leaves, 0);
        return leaves;
    }

    private static void addLeaves(JsonNode data, List<JsonNode> leaves, int depth) {
        for (JsonNode value : data) {
            if (value.isArray() && depth < DEEPEST) {
                addLeaves(value, leaves, depth + 1);
            } else {
                leaves.add(value);
            }
        }
    }

    private static InferenceException unfit(String name, int place, JsonNode value, DataType type) {
        return new InferenceException(name + ": data[" + place + "]: " + value + " (expected: " + type + ")");
    }

    /**
     * A tensor of an answer.
     *
     * @param parameters {@code binary_data_size}, where the values follow the JSON
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Output(
            String name,
            String datatype,
            List<Integer> shape,
            @Nullable Map<String, Integer> parameters,
            @Nullable List<?> data) {}

    static Output listed(InferenceTensor tensor) {
        return new Output(tensor.name(), tensor.type().name(), tensor.shape(), null, values(tensor));
    }

    /** @param size bytes of its binary form */
    static Output binary(InferenceTensor tensor, int size) {
        return new Output(tensor.name(), tensor.type().name(), tensor.shape(), Map.of("binary_data_size", size), null);
    }

    private static List<?> values(InferenceTensor tensor) {
        return switch (tensor.type()) {
            case BYTES -> tensor.texts();
            case INT64 ->
                Arrays.stream(tensor.numbers())
                        .mapToLong(number -> (long) number)
                        .boxed()
                        .toList();
            default -> Arrays.stream(tensor.numbers()).boxed().toList();
        };
    }
}
