package io.mlaas.onnx.keras;

import java.util.ArrayList;
import java.util.Arrays;
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

    /** For each step, the steps whose results nobody takes once it is done: large networks cannot keep them all. */
    List<List<Integer>> unusedAfter() {
        int[] last = new int[steps.size()];
        Arrays.setAll(last, i -> i);
        for (int i = 0; i < last.length; i++) {
            int at = i;
            steps.get(i).arguments().forEach(argument -> mark(argument, at, last));
            steps.get(i).named().values().forEach(argument -> mark(argument, at, last));
        }
        outputs.forEach(output -> mark(output, last.length, last));
        List<List<Integer>> unused = new ArrayList<>();
        Arrays.stream(last).forEach(step -> unused.add(new ArrayList<>()));
        for (int i = 0; i < last.length; i++) {
            if (last[i] < last.length) {
                unused.get(last[i]).add(i);
            }
        }
        return unused;
    }

    private static void mark(Argument argument, int step, int... last) {
        switch (argument) {
            case Argument.Ref ref -> {
                if (ref.step() >= 0) {
                    last[ref.step()] = step;
                }
            }
            case Argument.Items items -> items.items().forEach(item -> mark(item, step, last));
            case Argument.Constant constant -> {}
        }
    }

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
