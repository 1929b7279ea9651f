package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.InputShape;
import io.mlaas.onnx.PlainJson;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The inputs of a model: from the options, or from the archive's card ({@code mlaas.json}, with {@code input.shape} and
 * {@code input.type}, or with {@code inputs}, a list of objects with a name, a shape and a type).
 *
 * @param named by the parameters' names; empty where there is only one, without a name
 * @param single the one without a name
 * @param task such as {@code classification}
 */
record InputCard(Map<String, Declared> named, Optional<Declared> single, Optional<String> task) {
    static final Dim BATCH = Dim.symbol("batch");

    /**
     * @param shape with the batch as its first axis
     * @param sampleShape the sizes without the batch, as declared
     */
    record Declared(String name, Shape shape, ElementType type, List<Integer> sampleShape) {
        static Declared of(String name, InputShape sizes, ElementType type, TranslationOptions options) {
            List<Dim> dims = new ArrayList<>(List.of(options.dynamicBatch() ? BATCH : Dim.of(1)));
            sizes.sizes()
                    .forEach(size -> dims.add(
                            size.axis().isPresent() && options.dynamicBatch()
                                    ? Dim.symbol(size.axis().get())
                                    : Dim.of(size.usual())));
            ElementType wide = type == ElementType.FLOAT32 ? options.floatType() : type;
            return new Declared(
                    name,
                    new Shape(dims),
                    wide,
                    sizes.sizes().stream().map(InputShape.Size::usual).toList());
        }

        Declared withDynamic(int axis, String symbol) {
            return new Declared(name, shape.with(axis, Dim.symbol(symbol)), type, sampleShape);
        }
    }

    static InputCard of(Optional<String> card, TranslationOptions options) {
        JsonNode json = card.map(InputCard::parse).orElseGet(JsonNodeFactory.instance::objectNode);
        Map<String, Declared> named = new LinkedHashMap<>();
        Optional<Declared> single = Optional.empty();
        if (options.inputShape().isPresent()) {
            single = Optional.of(single(
                    InputShape.of(options.inputShape().get().stream()
                            .map(String::valueOf)
                            .toList()),
                    json,
                    options));
        } else {
            for (JsonNode input : json.path("inputs")) {
                String name = input.path("name").asString("");
                named.put(
                        name,
                        Declared.of(
                                name,
                                shape(input),
                                type(input, options.inputTypes().get(name)),
                                options));
            }
            options.inputShapes().forEach((name, shape) -> {
                ElementType type = options.inputTypes().getOrDefault(name, ElementType.FLOAT32);
                named.put(name, Declared.of(name, shape, type, options));
            });
            if (named.isEmpty() && json.path("input").path("shape").isArray()) {
                single = Optional.of(single(shape(json.path("input")), json, options));
            }
        }
        return new InputCard(named, single, json.path("task").asStringOpt());
    }

    private static Declared single(InputShape shape, JsonNode json, TranslationOptions options) {
        ElementType type = type(json.path("input"), options.inputType().orElse(null));
        return Declared.of("x", shape, type, options);
    }

    private static ElementType type(JsonNode input, @Nullable ElementType given) {
        String name = input.path("type").asString("float32");
        return Optional.ofNullable(given)
                .or(() -> ElementType.ofName(name))
                .orElseThrow(() -> refuse("input.type: " + name + " (expected: such as float32 or int64)"));
    }

    private static InputShape shape(JsonNode input) {
        List<String> sizes = new ArrayList<>();
        input.path("shape").forEach(size -> sizes.add(size.asString("")));
        try {
            return InputShape.of(sizes);
        } catch (IllegalArgumentException e) {
            throw new TranslationRefused(
                    Reason.UNKNOWN_INPUT, "input.shape: " + input.path("shape") + " (expected: sizes >= 1)", e);
        }
    }

    private static JsonNode parse(String card) {
        try {
            return PlainJson.MAPPER.readTree(card);
        } catch (JacksonException e) {
            throw new TranslationRefused(Reason.DAMAGED, "extra/mlaas.json is no JSON", e);
        }
    }

    private static TranslationRefused refuse(String message) {
        return new TranslationRefused(Reason.UNKNOWN_INPUT, message);
    }

    /** @throws TranslationRefused when nothing says its shape */
    Declared only() {
        return single.orElseThrow(() ->
                refuse("the archive does not say the shape of its input (expected: extra/mlaas.json with input.shape,"
                        + " or the shape given with the request)"));
    }
}
