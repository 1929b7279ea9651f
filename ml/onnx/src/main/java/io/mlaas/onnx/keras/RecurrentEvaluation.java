package io.mlaas.onnx.keras;

import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.keras.Walk.Flow;
import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recurrent layers, step by step. */
final class RecurrentEvaluation {
    private record Run(Array steps, Array last, List<Array> states) {}

    private RecurrentEvaluation() {}

    static void register(Evaluation.Table table) {
        for (String kind : List.of("LSTM", "GRU", "SimpleRNN")) {
            table.many(kind, (e, c) -> {
                List<Array> inputs = c.inputs();
                List<Array> initial =
                        inputs.size() > 1 ? inputs.subList(1, inputs.size()) : c.tensors("initial_state", 1);
                Layer layer = c.layer();
                boolean backwards = layer.flag("go_backwards", false);
                Run run = run(layer, "cell/", inputs.getFirst(), initial, backwards, c.mask(0), false);
                return results(layer, run, c.mask(0));
            });
        }
        table.many("RNN", (e, c) -> {
            Layer cell = c.layer().child("cell");
            Array x = c.input(0);
            List<Layer> stack = cell.className().equals("StackedRNNCells")
                    ? List.copyOf(cell.children().values())
                    : List.of(cell);
            List<Run> runs = new ArrayList<>();
            for (Layer each : stack) {
                runs.add(run(each, "", x, List.of(), c.layer().flag("go_backwards", false), null, false));
                x = runs.getLast().steps;
            }
            return results(c.layer(), runs.getLast(), null);
        });
        table.many("Bidirectional", (e, c) -> bidirectional(c));
    }

    private static List<Flow<Array>> results(Layer layer, Run run, @Nullable Array mask) {
        List<Flow<Array>> results = new ArrayList<>();
        if (layer.flag("return_sequences", false)) {
            Array steps = layer.flag("go_backwards", false) ? run.steps.reversed(1) : run.steps;
            results.add(new Flow<>(steps, mask));
        } else {
            results.add(new Flow<>(run.last, null));
        }
        if (layer.flag("return_state", false)) {
            run.states.forEach(s -> results.add(new Flow<>(s, null)));
        }
        return results;
    }

    private static List<Flow<Array>> bidirectional(Call<Array> call) {
        Layer forward = call.layer().child("layer");
        Array mask = call.mask(0);
        Run ahead = run(forward, "cell/", call.input(0), List.of(), false, mask, true);
        Run back = run(call.layer().child("backward_layer"), "cell/", call.input(0), List.of(), true, mask, true);
        boolean sequences = forward.flag("return_sequences", false);
        Array a = sequences ? ahead.steps : ahead.last;
        Array b = sequences ? back.steps : back.last;
        Array passed = sequences ? mask : null;
        List<Flow<Array>> results = new ArrayList<>();
        switch (call.layer().text("merge_mode", "none")) {
            case "concat" -> results.add(new Flow<>(Array.concat(List.of(a, b), -1), passed));
            case "sum" -> results.add(new Flow<>(a.plus(b), passed));
            case "mul" -> results.add(new Flow<>(a.times(b), passed));
            case "ave" -> results.add(new Flow<>(a.plus(b).map(v -> v / 2), passed));
            default -> {
                results.add(new Flow<>(a, passed));
                results.add(new Flow<>(b, passed));
            }
        }
        if (forward.flag("return_state", false)) {
            ahead.states.forEach(s -> results.add(new Flow<>(s, null)));
            back.states.forEach(s -> results.add(new Flow<>(s, null)));
        }
        return results;
    }

    private static Run run(
            Layer layer,
            String prefix,
            Array x,
            List<Array> initial,
            boolean backwards,
            @Nullable Array mask,
            boolean wrapped) {
        String kind = layer.className().replace("Cell", "");
        int units = layer.weight(prefix + "1").size(0);
        int time = x.size(1);
        List<Array> states = new ArrayList<>(initial);
        while (states.size() < (kind.equals("LSTM") ? 2 : 1)) {
            states.add(Array.full(0, x.size(0), units));
        }
        boolean zeroes = RecurrentEmission.zeroes(layer, wrapped);
        Array output = Array.full(0, x.size(0), units);
        Array zero = output;
        Array[] outputs = new Array[time];
        for (int i = 0; i < time; i++) {
            int t = backwards ? time - 1 - i : i;
            List<Array> next = step(layer, kind, prefix, x.select(1, t), states, units);
            if (mask == null) {
                states = next;
                output = next.getFirst();
            } else {
                Array present = mask.select(1, t).expand(1);
                output = choose(present, next.getFirst(), zeroes ? zero : output);
                List<Array> kept = new ArrayList<>();
                for (int s = 0; s < next.size(); s++) {
                    kept.add(choose(present, next.get(s), states.get(s)));
                }
                states = kept;
            }
            outputs[t] = output;
        }
        return new Run(Array.stack(Arrays.asList(outputs), 1), output, states);
    }

    private static Array choose(Array condition, Array a, Array b) {
        return a.times(condition).plus(b.times(condition.map(c -> 1 - c)));
    }

    private static Array part(Array x, int index, int units) {
        return x.slice(1, index * units, (index + 1) * units, 1);
    }

    private static List<Array> step(Layer layer, String kind, String prefix, Array x, List<Array> states, int units) {
        Activation inner = layer.activation("activation", "tanh");
        Activation gate = layer.activation("recurrent_activation", "sigmoid");
        Array h = states.getFirst();
        Array recurrent = layer.weight(prefix + "1");
        Array input = x.matmul(layer.weight(prefix + "0"));
        boolean biased = layer.flag("use_bias", true);
        if (kind.equals("GRU")) {
            return List.of(gru(layer, prefix, input, h, recurrent, units, inner, gate));
        }
        Array sum = input.plus(h.matmul(recurrent));
        sum = biased ? sum.plus(layer.weight(prefix + "2")) : sum;
        if (kind.equals("SimpleRNN")) {
            return List.of(ActivationEvaluation.apply(inner, sum));
        }
        Array i = ActivationEvaluation.apply(gate, part(sum, 0, units));
        Array f = ActivationEvaluation.apply(gate, part(sum, 1, units));
        Array g = ActivationEvaluation.apply(inner, part(sum, 2, units));
        Array o = ActivationEvaluation.apply(gate, part(sum, 3, units));
        Array c = f.times(states.get(1)).plus(i.times(g));
        return List.of(o.times(ActivationEvaluation.apply(inner, c)), c);
    }

    private static Array gru(
            Layer layer,
            String prefix,
            Array product,
            Array h,
            Array recurrent,
            int units,
            Activation inner,
            Activation gate) {
        Array input = product;
        boolean after = layer.flag("reset_after", true);
        Array hidden = h.matmul(recurrent);
        if (layer.flag("use_bias", true)) {
            Array bias = layer.weight(prefix + "2");
            input = input.plus(after ? bias.select(0, 0) : bias);
            hidden = after ? hidden.plus(bias.select(0, 1)) : hidden;
        }
        Array z = ActivationEvaluation.apply(gate, part(input, 0, units).plus(part(hidden, 0, units)));
        Array r = ActivationEvaluation.apply(gate, part(input, 1, units).plus(part(hidden, 1, units)));
        Array recalled = after
                ? r.times(part(hidden, 2, units))
                : r.times(h).matmul(recurrent.slice(1, 2 * units, 3 * units, 1));
        Array candidate =
                ActivationEvaluation.apply(inner, part(input, 2, units).plus(recalled));
        return z.times(h).plus(z.map(v -> 1 - v).times(candidate));
    }
}
