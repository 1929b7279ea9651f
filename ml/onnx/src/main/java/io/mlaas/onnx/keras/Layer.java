package io.mlaas.onnx.keras;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.numeric.Array;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A layer, or an operation of {@code keras.ops}, as the archive describes it.
 *
 * @param path names of the models around it and its own
 * @param weights by their names inside the layer, such as {@code 0} or {@code query_dense/1}
 * @param children layers that it wraps, by their place in the configuration, such as {@code layer} or {@code cell}
 * @param network what it consists of, for a model inside a model
 */
record Layer(
        String path,
        String className,
        boolean operation,
        JsonNode config,
        Map<String, Array> weights,
        Map<String, Layer> children,
        @Nullable Network network) {

    String kind() {
        return operation ? "ops." + className : className;
    }

    TranslationRefused refuse(String message) {
        return new TranslationRefused(Reason.UNSUPPORTED_CODE, "layer " + path + " (" + className + "): " + message);
    }

    void require(boolean condition, String message) {
        if (!condition) {
            throw refuse(message);
        }
    }

    boolean has(String key) {
        return config.hasNonNull(key);
    }

    boolean flag(String key, boolean otherwise) {
        return has(key) ? config.get(key).asBoolean() : otherwise;
    }

    double real(String key, double otherwise) {
        return has(key) ? config.get(key).asDouble() : otherwise;
    }

    int integer(String key, int otherwise) {
        return has(key) ? config.get(key).asInt() : otherwise;
    }

    String text(String key, String otherwise) {
        return has(key) ? config.get(key).asString() : otherwise;
    }

    /** One number for all of {@code count} axes, or one for each. */
    int[] sizes(String key, int count, int otherwise) {
        JsonNode node = config.get(key);
        if (node == null || node.isNull()) {
            int[] same = new int[count];
            Arrays.fill(same, otherwise);
            return same;
        }
        if (!node.isArray()) {
            int[] same = new int[count];
            Arrays.fill(same, node.asInt());
            return same;
        }
        require(node.size() == count, key + ": " + node + " (expected: " + count + " numbers)");
        return IntStream.range(0, count).map(i -> node.get(i).asInt()).toArray();
    }

    /** Pairs of numbers, one for each of {@code count} axes, however Keras wrote them. */
    int[][] pairs(String key, int count) {
        JsonNode node = config.get(key);
        int[][] pairs = new int[count][2];
        for (int i = 0; i < count; i++) {
            JsonNode own = node == null || !node.isArray()
                    ? node
                    : count == 1 && !node.get(0).isArray() ? node : node.get(i);
            require(own != null, key + " is missing");
            for (int side = 0; side < 2; side++) {
                pairs[i][side] = own.isArray() ? own.get(side).asInt() : own.asInt();
            }
        }
        return pairs;
    }

    /** One axis or several, counted from the front. */
    int[] axes(String key, int rank, int otherwise) {
        JsonNode node = config.get(key);
        int[] axes = node == null || node.isNull()
                ? new int[] {otherwise}
                : node.isArray()
                        ? IntStream.range(0, node.size())
                                .map(i -> node.get(i).asInt())
                                .toArray()
                        : new int[] {node.asInt()};
        return Arrays.stream(axes).map(a -> a < 0 ? a + rank : a).sorted().toArray();
    }

    boolean channelsFirst() {
        return text("data_format", "channels_last").equals("channels_first");
    }

    Array weight(String name) {
        Array weight = weights.get(name);
        if (weight == null) {
            throw new TranslationRefused(
                    Reason.DAMAGED,
                    "layer " + path + " (" + className + "): weight " + name + " is missing (found: " + weights.keySet()
                            + ")");
        }
        return weight;
    }

    Optional<Array> optionalWeight(String name) {
        return Optional.ofNullable(weights.get(name));
    }

    Layer child(String name) {
        Layer child = children.get(name);
        if (child == null) {
            throw new TranslationRefused(Reason.DAMAGED, "layer " + path + " (" + className + "): no " + name);
        }
        return child;
    }

    /** The function named by a setting, such as {@code activation}. */
    Activation activation(String key, String otherwise) {
        return Activation.of(this, config.get(key), otherwise);
    }
}
