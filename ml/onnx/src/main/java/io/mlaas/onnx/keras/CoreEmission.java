package io.mlaas.onnx.keras;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.keras.Walk.Flow;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.numeric.Array;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Dense and embedding layers, merging, and the layers that do nothing outside of training. */
final class CoreEmission {
    private CoreEmission() {}

    static void register(Emission.Table table) {
        for (String nothing : TrainingLayers.NAMES) {
            table.one(nothing, (e, c) -> c.input(0));
        }
        table.one("Dense", CoreEmission::dense);
        table.one("EinsumDense", CoreEmission::einsumDense);
        table.many("Embedding", CoreEmission::embedding);
        table.many("Masking", CoreEmission::masking);
        table.one("Add", (e, c) -> fold(e, c, "Add"));
        table.one("Multiply", (e, c) -> fold(e, c, "Mul"));
        table.one("Maximum", (e, c) -> fold(e, c, "Max"));
        table.one("Minimum", (e, c) -> fold(e, c, "Min"));
        table.one("Subtract", (e, c) -> {
            List<Tensor> aligned = aligned(e, c.inputs());
            return e.nodes().sub(aligned.get(0), aligned.get(1));
        });
        table.one("Average", (e, c) -> e.nodes()
                .scaled(fold(e, c, "Add"), 1.0 / c.inputs().size()));
        table.one(
                "Concatenate", (e, c) -> e.nodes().concat(c.inputs(), c.layer().integer("axis", -1)));
        table.one("Dot", CoreEmission::dot);
        table.one("TimeDistributed", CoreEmission::timeDistributed);
    }

    private static Tensor dense(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        layer.require(
                layer.weight("0").rank() == 2 && !layer.has("lora_rank") && !layer.has("quantization_config"),
                "quantised or low-rank weights (expected: a plain kernel)");
        Tensor x = call.input(0);
        Tensor y = x.rank() == 1
                ? e.nodes().squeeze(e.nodes().matmul(e.nodes().unsqueeze(x, 0), e.weight(layer, "0")), 0)
                : e.nodes().matmul(x, e.weight(layer, "0"));
        return ActivationEmission.emit(e, layer.activation("activation", "linear"), biased(e, layer, y, "1"));
    }

    /** Adds a bias along the last axis, where the layer has one. */
    static Tensor biased(Emission e, Layer layer, Tensor y, String name) {
        return layer.flag("use_bias", true) ? e.nodes().add(y, e.weight(layer, name)) : y;
    }

    /** The letters of an equation with those that {@code ...} stands for, by the rank of the input. */
    static String letters(String equation, int rank) {
        if (!equation.contains("...")) {
            return equation.replace(" ", "");
        }
        String first = equation.substring(0, equation.indexOf(',')).replace(" ", "");
        int open = rank - (first.length() - 3);
        String fresh = "ABCDEFGH".substring(0, open);
        return equation.replace(" ", "").replace("...", fresh);
    }

    private static Tensor einsumDense(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Tensor x = call.input(0);
        String equation = letters(layer.text("equation", ""), x.rank());
        Tensor y = e.nodes().einsum(equation, List.of(x, e.weight(layer, "0")));
        if (layer.has("bias_axes")) {
            y = e.nodes().add(y, e.weight(layer, "1"));
        }
        return ActivationEmission.emit(e, layer.activation("activation", "linear"), y);
    }

    private static List<Flow<Tensor>> embedding(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Tensor ids = e.graph().cast(call.input(0), ElementType.INT64);
        Tensor rows = e.nodes().gather(e.weight(layer, "0"), ids, 0);
        Tensor mask = layer.flag("mask_zero", false)
                ? e.graph()
                        .node(
                                "Not",
                                ElementType.BOOL,
                                ids.shape(),
                                List.of(e.nodes()
                                        .compare("Equal", ids, e.graph().index(0))))
                : null;
        return List.of(new Flow<>(rows, mask));
    }

    private static List<Flow<Tensor>> masking(Emission e, Call<Tensor> call) {
        Tensor x = call.input(0);
        Nodes n = e.nodes();
        Tensor same = n.compare("Equal", x, n.number(call.layer().real("mask_value", 0)));
        Tensor differs = e.graph().cast(e.graph().node("Not", ElementType.BOOL, same.shape(), List.of(same)), n.real());
        Tensor any = n.reduce("ReduceMax", differs, true, -1);
        Tensor mask = n.compare("Greater", n.squeeze(any, -1), n.number(0));
        return List.of(new Flow<>(n.mul(x, any), mask));
    }

    /** Inputs of lower rank get axes after the batch, as Keras merges them. */
    private static List<Tensor> aligned(Emission e, List<Tensor> inputs) {
        int rank = inputs.stream().mapToInt(Tensor::rank).max().orElse(0);
        return inputs.stream()
                .map(t -> {
                    Tensor wide = t;
                    while (wide.rank() < rank) {
                        wide = e.nodes().unsqueeze(wide, 1);
                    }
                    return wide;
                })
                .toList();
    }

    private static Tensor fold(Emission e, Call<Tensor> call, String operator) {
        @Nullable Tensor result = null;
        for (Tensor each : aligned(e, call.inputs())) {
            result = result == null ? each : e.nodes().binary(operator, result, each);
        }
        if (result == null) {
            throw call.layer().refuse("no inputs");
        }
        return result;
    }

    private static Tensor dot(Emission e, Call<Tensor> call) {
        Nodes n = e.nodes();
        Tensor a = call.input(0);
        Tensor b = call.input(1);
        int[] axes = call.layer().sizes("axes", 2, -1);
        int first = a.shape().axis(axes[0]);
        int second = b.shape().axis(axes[1]);
        call.layer().require(first > 0 && second > 0, "axes that hold the batch");
        if (call.layer().flag("normalize", false)) {
            a = NormalizationEmission.unit(n, a, first);
            b = NormalizationEmission.unit(n, b, second);
        }
        StringBuilder left = new StringBuilder("a");
        StringBuilder right = new StringBuilder("a");
        StringBuilder result = new StringBuilder("a");
        for (int i = 1; i < a.rank(); i++) {
            char letter = i == first ? 'z' : (char) ('a' + i);
            left.append(letter);
            result.append(i == first ? "" : String.valueOf(letter));
        }
        for (int i = 1; i < b.rank(); i++) {
            char letter = i == second ? 'z' : (char) ('l' + i);
            right.append(letter);
            result.append(i == second ? "" : String.valueOf(letter));
        }
        Tensor y = n.einsum(left + "," + right + "->" + result, List.of(a, b));
        return y.rank() == 1 ? n.unsqueeze(y, 1) : y;
    }

    /** Batch and time become one axis for the wrapped layer. */
    private static Tensor timeDistributed(Emission e, Call<Tensor> call) {
        Tensor x = call.input(0);
        Layer inner = call.layer().child("layer");
        List<io.mlaas.onnx.graph.Dim> dims = new java.util.ArrayList<>();
        dims.add(x.size(0).times(x.size(1)));
        IntStream.range(2, x.rank()).forEach(i -> dims.add(x.size(i)));
        Tensor flat = e.graph().reshape(x, new io.mlaas.onnx.graph.Shape(dims));
        List<Flow<Tensor>> inputs = List.of(new Flow<>(flat, null));
        Network network = inner.network();
        Tensor y = (network != null ? e.run(network, inputs) : e.call(call.of(inner, flat)))
                .getFirst()
                .value();
        List<io.mlaas.onnx.graph.Dim> result = new java.util.ArrayList<>(List.of(x.size(0), x.size(1)));
        IntStream.range(1, y.rank()).forEach(i -> result.add(y.size(i)));
        return e.graph().reshape(y, new io.mlaas.onnx.graph.Shape(result));
    }

    /** For the settings that Keras stores as arrays. */
    static Array numbers(Layer layer, tools.jackson.databind.JsonNode node) {
        if (!node.isArray()) {
            return Array.scalar(node.asDouble());
        }
        double[] values = new double[node.size()];
        for (int i = 0; i < values.length; i++) {
            layer.require(node.get(i).isNumber(), "a setting of several axes: " + node);
            values[i] = node.get(i).asDouble();
        }
        return Array.vector(values);
    }
}
