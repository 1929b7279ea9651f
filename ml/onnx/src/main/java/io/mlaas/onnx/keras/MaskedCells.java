package io.mlaas.onnx.keras;

import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.keras.RecurrentEmission.Run;
import io.mlaas.onnx.nodes.Nodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A recurrent layer written out step by step: a masked step leaves the states as they were. */
final class MaskedCells {
    private static final int MAX_STEPS = 512;

    private final Emission e;
    private final Nodes n;
    private final Layer layer;
    private final String kind;
    private final Tensor kernel;
    private final Tensor recurrent;
    private final int units;
    private final String prefix;
    private final Activation inner;
    private final Activation gate;

    MaskedCells(Emission e, Layer layer, String kind, String prefix) {
        this.e = e;
        this.n = e.nodes();
        this.layer = layer;
        this.kind = kind;
        this.prefix = prefix;
        this.kernel = e.weight(layer, prefix + "0");
        this.recurrent = e.weight(layer, prefix + "1");
        this.units = layer.weight(prefix + "1").size(0);
        this.inner = layer.activation("activation", "tanh");
        this.gate = layer.activation("recurrent_activation", "sigmoid");
    }

    Run run(Tensor x, List<Tensor> initial, boolean backwards, Tensor mask, boolean zeroes) {
        layer.require(
                x.size(1).isConstant() && x.size(1).value() <= MAX_STEPS,
                "a mask over " + x.size(1) + " time steps (expected: a fixed number, at most " + MAX_STEPS + ")");
        int steps = (int) x.size(1).value();
        List<Tensor> states = new ArrayList<>(initial);
        while (states.size() < (kind.equals("LSTM") ? 2 : 1)) {
            states.add(RecurrentEmission.zeros(n, x.size(0), units));
        }
        Tensor zero = RecurrentEmission.zeros(n, x.size(0), units);
        Tensor output = zero;
        Tensor[] outputs = new Tensor[steps];
        for (int i = 0; i < steps; i++) {
            int step = backwards ? steps - 1 - i : i;
            Tensor present = RecurrentEmission.bool(n, mask, step);
            List<Tensor> next = step(n.select(x, 1, step), states);
            output = n.where(present, next.getFirst(), zeroes ? zero : output);
            for (int s = 0; s < states.size(); s++) {
                states.set(s, n.where(present, next.get(s), states.get(s)));
            }
            outputs[step] = n.unsqueeze(output, 1);
        }
        return new Run(n.concat(Arrays.asList(outputs), 1), output, states);
    }

    private Tensor act(Activation activation, Tensor x) {
        return ActivationEmission.emit(e, activation, x);
    }

    private Tensor part(Tensor gates, int index) {
        return n.slice(gates, 1, (long) index * units, (long) (index + 1) * units);
    }

    private Tensor biased(Tensor gates, int row) {
        @Nullable Tensor bias = layer.flag("use_bias", true) ? e.weight(layer, prefix + "2") : null;
        if (bias == null) {
            return gates;
        }
        if (bias.rank() == 2) {
            return n.add(gates, n.select(bias, 0, row));
        }
        return row == 0 ? n.add(gates, bias) : gates;
    }

    private List<Tensor> step(Tensor x, List<Tensor> states) {
        Tensor h = states.getFirst();
        Tensor input = biased(n.matmul(x, kernel), 0);
        if (kind.equals("SimpleRNN")) {
            return List.of(act(inner, n.add(input, n.matmul(h, recurrent))));
        }
        if (kind.equals("LSTM")) {
            Tensor gates = n.add(input, n.matmul(h, recurrent));
            Tensor c = n.add(
                    n.mul(act(gate, part(gates, 1)), states.get(1)),
                    n.mul(act(gate, part(gates, 0)), act(inner, part(gates, 2))));
            return List.of(n.mul(act(gate, part(gates, 3)), act(inner, c)), c);
        }
        boolean resetAfter = layer.flag("reset_after", true);
        Tensor hidden = biased(n.matmul(h, recurrent), 1);
        Tensor update = act(gate, n.add(part(input, 0), part(hidden, 0)));
        Tensor reset = act(gate, n.add(part(input, 1), part(hidden, 1)));
        Tensor recalled = resetAfter
                ? n.mul(reset, part(hidden, 2))
                : n.matmul(n.mul(reset, h), n.slice(recurrent, 1, 2L * units, 3L * units));
        Tensor candidate = act(inner, n.add(part(input, 2), recalled));
        return List.of(n.add(n.mul(update, h), n.mul(n.sub(n.number(1), update), candidate)));
    }
}
