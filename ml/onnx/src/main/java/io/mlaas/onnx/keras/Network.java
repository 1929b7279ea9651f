package io.mlaas.onnx.keras;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A model as calls of layers, each after those whose results it takes.
 *
 * @param outputs where its results come from
 * @param outputNames a name for each, as the model's author gave or numbered them
 */
record Network(
        String name, List<Input> inputs, List<Step> steps, List<Argument.Ref> outputs, List<String> outputNames) {

    /**
     * @param sizes with the batch in front; -1 for one that may vary
     */
    record Input(String name, String type, List<Integer> sizes) {
        Input {
            sizes = List.copyOf(sizes);
        }
    }

    /** A call of a layer. */
    record Step(Layer layer, List<Argument> arguments, Map<String, Argument> named) {}

    /** What a layer is called with. */
    sealed interface Argument {
        /**
         * A result of a step.
         *
         * @param step its number; -1 − i for the network's input i
         * @param output which of its results
         */
        record Ref(int step, int output) implements Argument {}

        record Items(List<Argument> items) implements Argument {}

        record Constant(JsonNode value) implements Argument {}
    }
}
