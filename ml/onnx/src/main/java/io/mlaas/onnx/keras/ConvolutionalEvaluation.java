package io.mlaas.onnx.keras;

import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.keras.Walk.Flow;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.numeric.Windows;
import io.mlaas.onnx.numeric.Windows.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Convolutional LSTM layers, by the equations of Shi et al., "Convolutional LSTM Network" (2015), without peepholes. */
final class ConvolutionalEvaluation {
    private ConvolutionalEvaluation() {}

    static void register(Evaluation.Table table) {
        for (int axes = 1; axes <= 3; axes++) {
            int count = axes;
            table.many("ConvLSTM" + axes + "D", (e, c) -> run(c, count));
        }
    }

    private static List<Flow<Array>> run(Call<Array> call, int axes) {
        Layer layer = call.layer();
        Array x = call.input(0);
        Activation inner = layer.activation("activation", "tanh");
        Activation gate = layer.activation("recurrent_activation", "sigmoid");
        Array h = null;
        Array c = null;
        List<Array> outputs = new ArrayList<>();
        for (int i = 0; i < x.size(1); i++) {
            Array z = input(layer, x.select(1, layer.flag("go_backwards", false) ? x.size(1) - 1 - i : i), axes);
            if (h == null || c == null) {
                int[] shape = z.shape();
                shape[shape.length - 1] /= 4;
                h = Array.full(0, shape);
                c = h;
            }
            z = z.plus(recurrent(layer, h, axes));
            int filters = h.size(-1);
            c = gated(gate, z, 1, filters)
                    .times(c)
                    .plus(gated(gate, z, 0, filters).times(gated(inner, z, 2, filters)));
            h = gated(gate, z, 3, filters).times(ActivationEvaluation.apply(inner, c));
            outputs.add(h);
        }
        if (h == null || c == null) {
            throw layer.refuse("no step (expected: one at least)");
        }
        List<Flow<Array>> results = new ArrayList<>();
        results.add(new Flow<>(layer.flag("return_sequences", false) ? Array.stack(outputs, 1) : h, null));
        if (layer.flag("return_state", false)) {
            results.add(new Flow<>(h, null));
            results.add(new Flow<>(c, null));
        }
        return results;
    }

    private static Array gated(Activation function, Array z, int number, int filters) {
        return ActivationEvaluation.apply(function, z.slice(-1, number * filters, (number + 1) * filters, 1));
    }

    private static Array input(Layer layer, Array x, int axes) {
        Array kernel = layer.weight("cell/0");
        int[] size = Arrays.copyOf(kernel.shape(), axes);
        Window window = SpatialEvaluation.padded(
                layer, x, size, layer.sizes("strides", axes, 1), layer.sizes("dilation_rate", axes, 1));
        Array bias = layer.flag("use_bias", true) ? layer.weight("cell/2") : null;
        return Windows.convolve(x, kernel, bias, window, 1);
    }

    private static Array recurrent(Layer layer, Array h, int axes) {
        Array kernel = layer.weight("cell/1");
        int[] ones = new int[axes];
        Arrays.fill(ones, 1);
        int[] spatial = Arrays.copyOfRange(h.shape(), 1, h.rank() - 1);
        return Windows.convolve(h, kernel, Window.same(spatial, Arrays.copyOf(kernel.shape(), axes), ones, ones), 1);
    }
}
