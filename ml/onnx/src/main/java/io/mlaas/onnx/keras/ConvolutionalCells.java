package io.mlaas.onnx.keras;

import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.keras.Walk.Flow;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.nodes.WindowNodes;
import io.mlaas.onnx.nodes.WindowNodes.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Recurrent layers whose products are convolutions, step by step: ONNX has no operator for them. */
final class ConvolutionalCells {
    private final Emission emission;
    private final Layer layer;
    private final int axes;
    private final Nodes nodes;
    private final WindowNodes windows;
    private final int filters;

    private ConvolutionalCells(Emission emission, Layer layer, int axes) {
        this.emission = emission;
        this.layer = layer;
        this.axes = axes;
        this.nodes = emission.nodes();
        this.windows = new WindowNodes(nodes);
        this.filters = layer.weight("cell/1").size(-2);
    }

    static void register(Emission.Table table) {
        for (int axes = 1; axes <= 3; axes++) {
            int count = axes;
            table.many("ConvLSTM" + axes + "D", (e, c) -> new ConvolutionalCells(e, c.layer(), count).run(c));
        }
    }

    private List<Flow<Tensor>> run(Call<Tensor> call) {
        Tensor x = call.input(0);
        layer.require(!layer.channelsFirst(), "data_format: channels_first (expected: channels_last)");
        layer.require(!layer.flag("stateful", false), "stateful (expected: each batch begins anew)");
        layer.require(call.mask(0) == null, "a mask (expected: none)");
        layer.require(call.inputs().size() == 1, "initial states (expected: none)");
        layer.require(x.size(1).isConstant(), "input " + x.shape() + " (expected: a fixed number of steps)");
        int steps = (int) x.size(1).value();
        boolean backwards = layer.flag("go_backwards", false);
        List<Tensor> outputs = new ArrayList<>();
        Tensor carry = null;
        for (int i = 0; i < steps; i++) {
            Tensor gates = input(nodes.select(x, 1, backwards ? steps - 1 - i : i));
            if (carry != null) {
                gates = nodes.add(gates, recurrent(outputs.getLast()));
            }
            Tensor candidate = nodes.mul(gate(gates, 0), activated(part(gates, 2), "activation", "tanh"));
            carry = carry == null ? candidate : nodes.add(nodes.mul(gate(gates, 1), carry), candidate);
            outputs.add(nodes.mul(gate(gates, 3), activated(carry, "activation", "tanh")));
        }
        layer.require(carry != null, "no step (expected: one at least)");
        List<Flow<Tensor>> results = new ArrayList<>();
        List<Tensor> last = outputs.stream().map(windows::channelsLast).toList();
        results.add(new Flow<>(
                layer.flag("return_sequences", false)
                        ? nodes.concat(
                                last.stream().map(y -> nodes.unsqueeze(y, 1)).toList(), 1)
                        : last.getLast(),
                null));
        if (layer.flag("return_state", false) && carry != null) {
            results.add(new Flow<>(last.getLast(), null));
            results.add(new Flow<>(windows.channelsLast(carry), null));
        }
        return results;
    }

    private Tensor input(Tensor x) {
        Tensor y = windows.convolve(
                windows.channelsSecond(x),
                kernel("kernel", "cell/0"),
                layer.sizes("strides", axes, 1),
                layer.sizes("dilation_rate", axes, 1),
                layer.text("padding", "valid").equals("same") ? Padding.SAME : Padding.VALID,
                1);
        if (!layer.flag("use_bias", true)) {
            return y;
        }
        Tensor bias = emission.weight(layer, "cell/2");
        long[] sizes = new long[axes + 1];
        Arrays.fill(sizes, 1);
        sizes[0] = 4L * filters;
        return nodes.add(y, emission.graph().reshape(bias, Shape.of(sizes)));
    }

    private Tensor recurrent(Tensor state) {
        int[] ones = new int[axes];
        Arrays.fill(ones, 1);
        return windows.convolve(state, kernel("recurrent_kernel", "cell/1"), ones, ones, Padding.SAME, 1);
    }

    private Tensor kernel(String name, String weight) {
        return windows.kernel(layer.path() + "/" + name, () -> layer.weight(weight)
                .transpose(ConvolutionEmission.filtersFirst(axes)));
    }

    private Tensor part(Tensor gates, int number) {
        return nodes.slice(gates, 1, (long) number * filters, (long) (number + 1) * filters);
    }

    private Tensor gate(Tensor gates, int number) {
        return activated(part(gates, number), "recurrent_activation", "sigmoid");
    }

    private Tensor activated(Tensor x, String key, String otherwise) {
        return ActivationEmission.emit(emission, layer.activation(key, otherwise), x);
    }
}
