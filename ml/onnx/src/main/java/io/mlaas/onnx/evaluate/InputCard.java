package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The input of a model: from the options, or from the archive's card ({@code mlaas.json}, with {@code input.shape} and
 * {@code input.type}).
 *
 * @param shape with the batch as its first axis
 * @param sampleShape the sizes without the batch, as declared
 * @param task such as {@code classification}
 */
record InputCard(Shape shape, ElementType type, List<Integer> sampleShape, Optional<String> task) {
    static final Dim BATCH = Dim.symbol("batch");

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static InputCard of(Optional<String> card, TranslationOptions options) {
        JsonNode json = card.map(InputCard::parse).orElseGet(JSON::createObjectNode);
        JsonNode input = json.path("input");
        List<Dim> dims = new ArrayList<>(List.of(options.dynamicBatch() ? BATCH : Dim.of(1)));
        if (options.inputShape().isPresent()) {
            options.inputShape().get().forEach(size -> dims.add(Dim.of(size)));
        } else if (input.path("shape").isArray()) {
            for (JsonNode size : input.path("shape")) {
                if (!size.isIntegralNumber() || size.asLong() < 1 || size.asLong() > Integer.MAX_VALUE) {
                    throw refuse("input.shape: " + input.path("shape") + " (expected: sizes >= 1)");
                }
                dims.add(Dim.of(size.asLong()));
            }
        } else {
            throw refuse("the archive does not say the shape of its input (expected: extra/mlaas.json with input.shape,"
                    + " or the shape given with the request)");
        }
        String named = input.path("type").asString("float32");
        ElementType type = options.inputType()
                .or(() -> ElementType.ofName(named))
                .orElseThrow(() -> refuse("input.type: " + named + " (expected: such as float32 or int64)"));
        List<Integer> sample = dims.stream().skip(1).map(d -> (int) d.value()).toList();
        return new InputCard(new Shape(dims), type, sample, json.path("task").asStringOpt());
    }

    private static JsonNode parse(String card) {
        try {
            return JSON.readTree(card);
        } catch (JacksonException e) {
            throw new TranslationRefused(Reason.DAMAGED, "extra/mlaas.json is no JSON", e);
        }
    }

    private static TranslationRefused refuse(String message) {
        return new TranslationRefused(Reason.UNKNOWN_INPUT, message);
    }

    InputCard withDynamic(int axis, String name) {
        return new InputCard(shape.with(axis, Dim.symbol(name)), type, sampleShape, task);
    }
}
