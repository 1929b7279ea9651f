package io.mlaas.onnx.keras;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.keras.Walk.Flow;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Recurrent layers as ONNX's LSTM, GRU and RNN. Keras stacks the gates of an LSTM as input, forget, cell, output, ONNX as
 * input, output, forget, cell; both order a GRU's as update, reset, hidden. Where time steps are masked the steps are
 * written out, because ONNX can only leave out steps at the end.
 */
final class RecurrentEmission {
    /**
     * What a cell leaves.
     *
     * @param steps (batch, time, units), each at its place in time
     * @param states the last, (batch, units): hidden, and for an LSTM its cell
     */
    record Run(Tensor steps, Tensor last, List<Tensor> states) {}

    private RecurrentEmission() {}

    static void register(Emission.Table table) {
        for (String kind : List.of("LSTM", "GRU", "SimpleRNN")) {
            table.many(kind, RecurrentEmission::layer);
        }
        table.many("RNN", RecurrentEmission::cells);
        table.many("Bidirectional", RecurrentEmission::bidirectional);
    }

    private static List<Flow<Tensor>> layer(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        List<Tensor> inputs = call.inputs();
        List<Tensor> initial = inputs.size() > 1 ? inputs.subList(1, inputs.size()) : call.tensors("initial_state", 1);
        Run run = run(
                e, layer, "cell/", inputs.getFirst(), initial, layer.flag("go_backwards", false), call.mask(0), false);
        return results(e, layer, run, call.mask(0));
    }

    private static List<Flow<Tensor>> results(Emission e, Layer layer, Run run, @Nullable Tensor mask) {
        List<Flow<Tensor>> results = new ArrayList<>();
        if (layer.flag("return_sequences", false)) {
            // what goes backwards also hands its outputs on in that order
            Tensor steps = layer.flag("go_backwards", false) ? e.nodes().reversed(run.steps, 1) : run.steps;
            results.add(new Flow<>(steps, mask));
        } else {
            results.add(new Flow<>(run.last, null));
        }
        if (layer.flag("return_state", false)) {
            run.states.forEach(s -> results.add(new Flow<>(s, null)));
        }
        return results;
    }

    /** A layer of cells, one on the other. */
    private static List<Flow<Tensor>> cells(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Layer cell = layer.child("cell");
        List<Layer> stack = cell.className().equals("StackedRNNCells")
                ? cell.children().values().stream().toList()
                : List.of(cell);
        layer.require(
                call.mask(0) == null
                        && call.inputs().size() == 1
                        && call.tensors("initial_state", 1).isEmpty(),
                "masks or initial states of cells");
        layer.require(!layer.flag("return_state", false) || stack.size() == 1, "return_state of stacked cells");
        boolean backwards = layer.flag("go_backwards", false);
        layer.require(!layer.flag("stateful", false), "stateful");
        Tensor x = call.input(0);
        Run run = null;
        for (Layer each : stack) {
            run = run(e, each, "", x, List.of(), backwards, null, false);
            x = run.steps;
        }
        if (run == null) {
            throw layer.refuse("no cells");
        }
        return results(e, layer, run, null);
    }

    private static List<Flow<Tensor>> bidirectional(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Layer forward = layer.child("layer");
        Layer backward = layer.child("backward_layer");
        layer.require(
                List.of("LSTM", "GRU", "SimpleRNN").contains(forward.className())
                        && backward.className().equals(forward.className()),
                "wraps " + forward.className() + " (expected: LSTM, GRU or SimpleRNN)");
        layer.require(
                call.inputs().size() == 1 && call.tensors("initial_state", 1).isEmpty(), "initial states");
        Tensor x = call.input(0);
        Tensor mask = call.mask(0);
        Run ahead = run(e, forward, "cell/", x, List.of(), false, mask, true);
        Run back = run(e, backward, "cell/", x, List.of(), true, mask, true);
        boolean sequences = forward.flag("return_sequences", false);
        Tensor a = sequences ? ahead.steps : ahead.last;
        Tensor b = sequences ? back.steps : back.last;
        Nodes n = e.nodes();
        Tensor passed = sequences ? mask : null;
        List<Flow<Tensor>> results = new ArrayList<>();
        String mode = layer.text("merge_mode", "none");
        switch (mode) {
            case "concat" -> results.add(new Flow<>(n.concat(List.of(a, b), -1), passed));
            case "sum" -> results.add(new Flow<>(n.add(a, b), passed));
            case "mul" -> results.add(new Flow<>(n.mul(a, b), passed));
            case "ave" -> results.add(new Flow<>(n.scaled(n.add(a, b), 0.5), passed));
            case "none" -> {
                results.add(new Flow<>(a, passed));
                results.add(new Flow<>(b, passed));
            }
            default -> throw layer.refuse("merge_mode: " + mode);
        }
        if (forward.flag("return_state", false)) {
            ahead.states.forEach(s -> results.add(new Flow<>(s, null)));
            back.states.forEach(s -> results.add(new Flow<>(s, null)));
        }
        return results;
    }

    private static Run run(
            Emission e,
            Layer layer,
            String prefix,
            Tensor x,
            List<Tensor> initial,
            boolean backwards,
            @Nullable Tensor mask,
            boolean wrapped) {
        String kind = layer.className().replace("Cell", "");
        layer.require(!layer.flag("stateful", false), "stateful (expected: each batch begins anew)");
        layer.require(x.rank() == 3, "input " + x.shape() + " (expected: batch, time, features)");
        layer.require(
                initial.isEmpty() || initial.size() == (kind.equals("LSTM") ? 2 : 1),
                initial.size() + " initial states");
        return mask == null
                ? runWhole(e, layer, kind, prefix, x, initial, backwards)
                : new MaskedCells(e, layer, kind, prefix).run(x, initial, backwards, mask, zeroes(layer, wrapped));
    }

    /** Bidirectional makes its layers leave zeros, rather than the output before, where a step of a sequence is masked. */
    static boolean zeroes(Layer layer, boolean wrapped) {
        return wrapped ? layer.flag("return_sequences", false) : layer.flag("zero_output_for_mask", false);
    }

    private static Run runWhole(
            Emission e, Layer layer, String kind, String prefix, Tensor x, List<Tensor> initial, boolean backwards) {
        Nodes n = e.nodes();
        Array kernel = layer.weight(prefix + "0");
        Array recurrent = layer.weight(prefix + "1");
        int units = recurrent.size(0);
        int gates = recurrent.size(1) / units;
        layer.require(x.size(2).is(kernel.size(0)), "input " + x.shape() + " and weights " + kernel);
        String name = layer.path() + "/";
        List<@Nullable Tensor> inputs = new ArrayList<>();
        inputs.add(e.graph().transpose(x, 1, 0, 2));
        inputs.add(
                n.stored(name + "W", gates(kernel.transpose(1, 0), kind, units).expand(0)));
        inputs.add(n.stored(
                name + "R", gates(recurrent.transpose(1, 0), kind, units).expand(0)));
        inputs.add(
                layer.flag("use_bias", true)
                        ? n.stored(name + "B", bias(layer.weight(prefix + "2"), kind, units, gates))
                        : null);
        inputs.add(null);
        initial.forEach(s -> inputs.add(n.unsqueeze(s, 0)));
        List<Attribute> attributes = new ArrayList<>();
        attributes.add(Attribute.of("direction", backwards ? "reverse" : "forward"));
        attributes.add(Attribute.of("hidden_size", units));
        attributes.addAll(activations(layer, kind));
        if (kind.equals("GRU")) {
            attributes.add(Attribute.of("linear_before_reset", layer.flag("reset_after", true) ? 1 : 0));
        }
        Shape last = new Shape(List.of(Dim.of(1), x.size(0), Dim.of(units)));
        Tensor steps = new Tensor("", x.type(), last.inserted(0, x.size(1)));
        Tensor state = new Tensor("", x.type(), last);
        List<Tensor> outputs = e.graph()
                .nodes(
                        kind.equals("SimpleRNN") ? "RNN" : kind,
                        kind.equals("LSTM") ? List.of(steps, state, state) : List.of(steps, state),
                        inputs,
                        attributes.toArray(Attribute[]::new));
        Tensor all = e.graph().transpose(n.squeeze(outputs.getFirst(), 1), 1, 0, 2);
        List<Tensor> states = outputs.subList(1, outputs.size()).stream()
                .map(s -> n.squeeze(s, 0))
                .toList();
        return new Run(all, states.getFirst(), states);
    }

    /** Rows of gates in ONNX's order. */
    private static Array gates(Array rows, String kind, int units) {
        if (!kind.equals("LSTM")) {
            return rows;
        }
        List<Array> parts = new ArrayList<>();
        for (int gate : new int[] {0, 3, 1, 2}) {
            parts.add(rows.slice(0, gate * units, (gate + 1) * units, 1));
        }
        return Array.concat(parts, 0);
    }

    /** (1, 2 · gates · units): the input's bias and the recurrent one, which only a GRU with reset_after has. */
    private static Array bias(Array stored, String kind, int units, int gates) {
        Array input = stored.rank() == 2 ? stored.select(0, 0) : stored;
        Array recurrent = stored.rank() == 2 ? stored.select(0, 1) : Array.full(0, gates * units);
        return Array.concat(List.of(gates(input, kind, units), gates(recurrent, kind, units)), 0)
                .expand(0);
    }

    private record OnnxFunction(String name, Optional<Double> alpha, Optional<Double> beta) {}

    private static OnnxFunction function(Layer layer, Activation activation) {
        Optional<Double> none = Optional.empty();
        return switch (activation.name()) {
            case "tanh" -> new OnnxFunction("Tanh", none, none);
            case "sigmoid" -> new OnnxFunction("Sigmoid", none, none);
            case "relu" -> new OnnxFunction("Relu", none, none);
            case Activation.STEEPER_HARD_SIGMOID -> new OnnxFunction("HardSigmoid", Optional.of(0.2), Optional.of(0.5));
            case "hard_sigmoid" -> new OnnxFunction("HardSigmoid", Optional.of(1.0 / 6), Optional.of(0.5));
            case "softsign" -> new OnnxFunction("Softsign", none, none);
            case "softplus" -> new OnnxFunction("Softplus", none, none);
            case "elu" -> new OnnxFunction("Elu", Optional.of(1.0), none);
            case "linear" -> new OnnxFunction("Affine", Optional.of(1.0), Optional.of(0.0));
            default ->
                throw layer.refuse("activation " + activation.name()
                        + " (expected: tanh, sigmoid, relu, hard_sigmoid, softsign, softplus, elu or linear)");
        };
    }

    private static List<Attribute> activations(Layer layer, String kind) {
        OnnxFunction inner = function(layer, layer.activation("activation", "tanh"));
        List<OnnxFunction> functions;
        if (kind.equals("SimpleRNN")) {
            functions = List.of(inner);
        } else {
            OnnxFunction gate = function(layer, layer.activation("recurrent_activation", "sigmoid"));
            functions = kind.equals("LSTM") ? List.of(gate, inner, inner) : List.of(gate, inner);
        }
        List<Attribute> attributes = new ArrayList<>();
        attributes.add(Attribute.ofStrings(
                "activations", functions.stream().map(OnnxFunction::name).toList()));
        double[] alphas = functions.stream()
                .flatMap(f -> f.alpha.stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
        double[] betas = functions.stream()
                .flatMap(f -> f.beta.stream())
                .mapToDouble(Double::doubleValue)
                .toArray();
        if (alphas.length > 0) {
            attributes.add(Attribute.ofFloats("activation_alpha", alphas));
        }
        if (betas.length > 0) {
            attributes.add(Attribute.ofFloats("activation_beta", betas));
        }
        return attributes;
    }

    /** A state of zeros for each sample of the batch. */
    static Tensor zeros(Nodes n, Dim batch, int units) {
        Shape shape = new Shape(List.of(batch, Dim.of(units)));
        return n.expand(n.numbers(n.real(), Array.full(0, 1, 1)), shape);
    }

    static Tensor bool(Nodes n, Tensor mask, long step) {
        return n.graph().cast(n.unsqueeze(n.select(mask, 1, step), 1), ElementType.BOOL);
    }
}
