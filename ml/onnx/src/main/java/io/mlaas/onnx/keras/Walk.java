package io.mlaas.onnx.keras;

import io.mlaas.onnx.keras.Network.Argument;
import io.mlaas.onnx.keras.Network.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Calls the layers of a network one after the other, with what each step is given. Masks of padded time steps travel
 * beside the values, as in Keras.
 *
 * @param <T> what flows between the layers
 */
abstract class Walk<T> {
    /** A value and, where padded time steps are to be skipped, which ones hold data. */
    record Flow<T>(T value, @Nullable T mask) {}

    /** A call of a layer with values. */
    record Call<T>(Layer layer, List<Object> arguments, Map<String, Object> named) {
        /** All tensors of an argument, flattened; constants are left out. */
        @SuppressWarnings("unchecked")
        private static <T> void collect(Object argument, List<Flow<T>> into) {
            if (argument instanceof Flow<?> flow) {
                into.add((Flow<T>) flow);
            } else if (argument instanceof List<?> items) {
                items.forEach(i -> collect(i, into));
            }
        }

        List<Flow<T>> flows() {
            List<Flow<T>> all = new ArrayList<>();
            arguments.forEach(a -> collect(a, all));
            for (String name : List.of("inputs", "query", "value", "key", "sequence")) {
                if (named.containsKey(name)) {
                    collect(named.get(name), all);
                }
            }
            return all;
        }

        List<T> inputs() {
            return this.<T>typed(flows());
        }

        private <S> List<S> typed(List<Flow<S>> flows) {
            return flows.stream().map(Flow::value).toList();
        }

        T input(int index) {
            List<T> all = inputs();
            layer.require(index < all.size(), all.size() + " inputs (expected: more than " + index + ")");
            return all.get(index);
        }

        /** The mask of an input: given by name, as Keras writes it into functional models, or come with the value. */
        @Nullable
        T mask(int index) {
            if (named.get("mask") instanceof Flow<?>) {
                return index == 0 ? this.tensors("mask", Integer.MAX_VALUE).getFirst() : null;
            }
            if (named.get("mask") instanceof List<?> several) {
                List<Flow<T>> one = new ArrayList<>();
                collect(index < several.size() ? several.get(index) : several, one);
                return one.size() == 1 ? one.getFirst().value() : null;
            }
            String name = index == 0 ? "query_mask" : index == 1 ? "value_mask" : "key_mask";
            if (named.get(name) instanceof Flow<?>) {
                return this.tensors(name, Integer.MAX_VALUE).getFirst();
            }
            List<Flow<T>> all = flows();
            return index < all.size() ? all.get(index).mask() : null;
        }

        /** A tensor given by name, or in this place. */
        List<T> tensors(String name, int position) {
            Object argument = named.containsKey(name)
                    ? named.get(name)
                    : position < arguments.size() ? arguments.get(position) : null;
            List<Flow<T>> all = new ArrayList<>();
            if (argument != null) {
                collect(argument, all);
            }
            return typed(all);
        }

        /** A setting given by name or in this place, or in the layer's configuration. */
        Optional<JsonNode> constant(String name, int position) {
            Object argument = named.containsKey(name)
                    ? named.get(name)
                    : position >= 0 && position < arguments.size()
                            ? arguments.get(position)
                            : layer.config().get(name);
            return argument instanceof JsonNode node && !node.isNull() ? Optional.of(node) : Optional.empty();
        }

        boolean flag(String name) {
            return constant(name, -1).map(JsonNode::asBoolean).orElse(false);
        }

        Call<T> of(Layer other, T value) {
            return new Call<>(other, List.of(new Flow<>(value, null)), Map.of());
        }
    }

    /** The results of one call; what wraps models calls {@link #run}. */
    abstract List<Flow<T>> call(Call<T> call);

    List<Flow<T>> run(Network network, List<Flow<T>> inputs) {
        List<List<Flow<T>>> results = new ArrayList<>();
        List<List<Integer>> unused = network.unusedAfter();
        for (Step step : network.steps()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("the walk over " + network.name());
            }
            List<Object> arguments = new ArrayList<>();
            step.arguments().forEach(a -> arguments.add(resolve(a, inputs, results)));
            Map<String, Object> named = new LinkedHashMap<>();
            step.named().forEach((k, v) -> named.put(k, resolve(v, inputs, results)));
            Call<T> call = new Call<>(step.layer(), arguments, named);
            Network inner = step.layer().network();
            results.add(inner == null ? call(call) : run(inner, call.flows()));
            unused.get(results.size() - 1).forEach(done -> results.set(done, List.of()));
        }
        return network.outputs().stream().map(o -> value(o, inputs, results)).toList();
    }

    private Object resolve(Argument argument, List<Flow<T>> inputs, List<List<Flow<T>>> results) {
        return switch (argument) {
            case Argument.Ref ref -> value(ref, inputs, results);
            case Argument.Items items ->
                items.items().stream().map(i -> resolve(i, inputs, results)).toList();
            case Argument.Constant constant -> constant.value();
        };
    }

    private Flow<T> value(Argument.Ref ref, List<Flow<T>> inputs, List<List<Flow<T>>> results) {
        List<Flow<T>> from = ref.step() < 0 ? List.of(inputs.get(-1 - ref.step())) : results.get(ref.step());
        if (ref.output() >= from.size()) {
            throw new io.mlaas.onnx.TranslationRefused(
                    io.mlaas.onnx.TranslationRefused.Reason.DAMAGED,
                    "result " + ref.output() + " of a layer with " + from.size());
        }
        return from.get(ref.output());
    }
}
