package io.mlaas.onnx.keras;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Writes the ONNX nodes of each layer. */
final class Emission extends Walk<Tensor> {
    /** What a layer becomes. */
    interface Rule {
        List<Flow<Tensor>> emit(Emission emission, Call<Tensor> call);
    }

    /** Layers by their class, operations with {@code ops.} in front. */
    static final class Table {
        private final Map<String, Rule> rules = new TreeMap<>();

        /** One result that keeps the mask where Keras does. */
        void one(String kind, BiFunction<Emission, Call<Tensor>, Tensor> rule) {
            rules.put(
                    kind,
                    (e, call) ->
                            List.of(new Flow<>(rule.apply(e, call), Masks.passes(call.layer()) ? call.mask(0) : null)));
        }

        void many(String kind, Rule rule) {
            rules.put(kind, rule);
        }
    }

    private static final Table TABLE = table();

    private static Table table() {
        Table table = new Table();
        CoreEmission.register(table);
        ActivationEmission.register(table);
        ConvolutionEmission.register(table);
        NormalizationEmission.register(table);
        RecurrentEmission.register(table);
        ConvolutionalCells.register(table);
        AttentionEmission.register(table);
        ReshapingEmission.register(table);
        OperationEmission.register(table);
        return table;
    }

    private final Nodes nodes;
    private final SortedMap<String, Integer> used = new TreeMap<>();

    Emission(Nodes nodes) {
        this.nodes = nodes;
    }

    static Set<String> kinds() {
        return TABLE.rules.keySet();
    }

    Nodes nodes() {
        return nodes;
    }

    OnnxGraph graph() {
        return nodes.graph();
    }

    /** Layers and operations met so far, and how often. */
    SortedMap<String, Integer> used() {
        return used;
    }

    @Override
    List<Flow<Tensor>> call(Call<Tensor> call) {
        Layer layer = call.layer();
        Rule rule = TABLE.rules.get(layer.kind());
        if (rule == null) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_OPERATOR,
                    "layer " + layer.path() + ": " + (layer.operation() ? "operation keras.ops " : "layer class ")
                            + layer.className() + " is not translated");
        }
        used.merge(layer.kind(), 1, Integer::sum);
        graph().locate(layer.path(), "keras " + layer.kind());
        try {
            return rule.emit(this, call);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException | ArithmeticException e) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "layer " + layer.path() + " (" + layer.className() + "): " + e.getMessage(),
                    e);
        }
    }

    /** A weight of the layer under its own name. */
    Tensor weight(Layer layer, String name) {
        return nodes.stored(layer.path() + "/" + name, layer.weight(name));
    }
}
