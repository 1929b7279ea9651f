package io.mlaas.explanation;

import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Recurrent networks, step by step: Rescale at the gates, and at their products the rule of {@link Tape#times}, which
 * makes the contributions of a whole sequence complete.
 */
final class RecurrentRules {
    private static final Set<Integer> SEQUENCE_AND_STATES = Set.of(0, 5, 6);

    private RecurrentRules() {}

    static void register(RuleTable table) {
        table.addSeveral("GRU", SEQUENCE_AND_STATES, c -> run(c, 3, false));
        table.addSeveral("LSTM", SEQUENCE_AND_STATES, c -> run(c, 4, true));
        table.addSeveral("RNN", SEQUENCE_AND_STATES, c -> run(c, 1, false));
    }

    /** What one direction's steps share. */
    private record Direction(Call call, int units, Traced inputs, Traced recurrent, Traced bias) {}

    /** The states after a step; an LSTM has a cell, too. */
    private record State(Traced hidden, Traced cell) {}

    /** ONNX: X (time, batch, features), W, R and B by direction; Y (time, directions, batch, units), Y_h, Y_c. */
    private static List<Traced> run(Call c, int gates, boolean hasCell) {
        requireUsual(c);
        int directions = c.text("direction", "forward").equals("bidirectional") ? 2 : 1;
        List<List<Traced>> steps = new ArrayList<>();
        List<Traced> hidden = new ArrayList<>();
        List<Traced> cells = new ArrayList<>();
        for (int d = 0; d < directions; d++) {
            boolean reverse = d == 1 || c.text("direction", "forward").equals("reverse");
            steps.add(direction(c, d, gates, reverse, hidden, cells));
        }
        List<Traced> outputs =
                new ArrayList<>(List.of(joined(c, steps), c.tape().concat(hidden, 0)));
        if (hasCell) {
            outputs.add(c.tape().concat(cells, 0));
        }
        return outputs;
    }

    private static void requireUsual(Call c) {
        List<String> activations = c.texts("activations");
        boolean free = c.node().getOpType().equals("RNN");
        boolean usual = activations.isEmpty()
                || (free && activations.stream().allMatch(a -> a.equals("Tanh") || a.equals("Relu")));
        boolean lengths = c.has(4);
        if (!usual
                || lengths
                || c.has(7)
                || c.hasAttribute("clip")
                || c.integer("input_forget", 0) != 0
                || c.integer("layout", 0) != 0) {
            throw new ExplanationRefused(c.place() + ": " + (lengths ? "lengths of sequences" : "unusual options")
                    + " (expected: the usual activations, whole sequences, no clipping, no peepholes)");
        }
    }

    private static List<Traced> direction(
            Call c, int d, int gates, boolean reverse, List<Traced> hidden, List<Traced> cells) {
        Tape tape = c.tape();
        int units = c.integer("hidden_size", 0);
        int time = c.input(0).shape()[0];
        int batch = c.input(0).shape()[1];
        Direction direction = weights(c, d, gates, units);
        State state = new State(initial(c, 5, d, batch, units), initial(c, 6, d, batch, units));
        Traced[] all = new Traced[time];
        int width = gates * units;
        for (int i = 0; i < time; i++) {
            int t = reverse ? time - 1 - i : i;
            Traced x = tape.run(direction.inputs(), t * batch * width, batch, width);
            state = step(direction, x, state, gates);
            all[t] = state.hidden();
        }
        hidden.add(tape.reshaped(state.hidden(), 1, batch, units));
        cells.add(tape.reshaped(state.cell(), 1, batch, units));
        return List.of(all);
    }

    private static Direction weights(Call c, int d, int gates, int units) {
        Tape tape = c.tape();
        Array w = c.constant(1).select(0, d).transpose(1, 0);
        Array r = c.constant(2).select(0, d).transpose(1, 0);
        int width = gates * units;
        Array biases = c.has(3) ? c.constant(3).select(0, d) : Array.full(0, 2 * width);
        Traced inputs =
                tape.plus(tape.product(c.input(0), tape.constant(w)), tape.constant(biases.slice(0, 0, width, 1)));
        return new Direction(c, units, inputs, tape.constant(r), tape.constant(biases.slice(0, width, 2 * width, 1)));
    }

    private static Traced initial(Call c, int input, int d, int batch, int units) {
        return c.has(input)
                ? c.tape().run(c.input(input), d * batch * units, batch, units)
                : c.tape().constant(Array.full(0, batch, units));
    }

    private static State step(Direction d, Traced x, State state, int gates) {
        return switch (gates) {
            case 3 -> new State(gru(d, x, state.hidden()), state.cell());
            case 4 -> lstm(d, x, state);
            default -> new State(simple(d, x, state.hidden()), state.cell());
        };
    }

    private static Traced recurrent(Direction d, Traced hidden) {
        Tape tape = d.call().tape();
        return tape.plus(tape.product(hidden, d.recurrent()), d.bias());
    }

    /** Gates from {@code first} to before {@code end}, of (batch, gates · units). */
    private static Traced gates(Direction d, Traced x, int first, int end) {
        return d.call().tape().arranged(x, a -> a.slice(1, first * d.units(), end * d.units(), 1));
    }

    /** Gates update, reset, new: h' = (1 - z) · n + z · h. */
    private static Traced gru(Direction d, Traced x, Traced h) {
        Tape tape = d.call().tape();
        Traced fromState = recurrent(d, h);
        Traced both = tape.each(tape.plus(gates(d, x, 0, 2), gates(d, fromState, 0, 2)), Function.SIGMOID);
        Traced update = gates(d, both, 0, 1);
        Traced reset = gates(d, both, 1, 2);
        Traced candidate = d.call().integer("linear_before_reset", 0) == 1
                ? tape.times(reset, gates(d, fromState, 2, 3))
                : resetFirst(d, tape.times(reset, h));
        Traced fresh = tape.each(tape.plus(gates(d, x, 2, 3), candidate), Function.TANH);
        Traced rest = tape.minus(tape.constant(Array.scalar(1)), update);
        return tape.plus(tape.times(rest, fresh), tape.times(update, h));
    }

    private static Traced resetFirst(Direction d, Traced remembered) {
        return gates(d, recurrent(d, remembered), 2, 3);
    }

    /** Gates input, output, forget, cell: c' = f · c + i · g, h' = o · tanh(c'). */
    private static State lstm(Direction d, Traced x, State state) {
        Tape tape = d.call().tape();
        Traced sum = tape.plus(x, recurrent(d, state.hidden()));
        Traced three = tape.each(gates(d, sum, 0, 3), Function.SIGMOID);
        Traced fresh = tape.each(gates(d, sum, 3, 4), Function.TANH);
        Traced kept = tape.times(gates(d, three, 2, 3), state.cell());
        Traced cell = tape.plus(kept, tape.times(gates(d, three, 0, 1), fresh));
        return new State(tape.times(gates(d, three, 1, 2), tape.each(cell, Function.TANH)), cell);
    }

    private static Traced simple(Direction d, Traced x, Traced h) {
        List<String> activations = d.call().texts("activations");
        Function function =
                !activations.isEmpty() && activations.getFirst().equals("Relu") ? Function.RELU : Function.TANH;
        Tape tape = d.call().tape();
        return tape.each(tape.plus(x, recurrent(d, h)), function);
    }

    /** Steps of each direction, (batch, units), as (time, directions, batch, units). */
    private static Traced joined(Call c, List<List<Traced>> directions) {
        List<Traced> all = new ArrayList<>();
        int[] shape = directions.getFirst().getFirst().shape();
        int time = directions.getFirst().size();
        for (int t = 0; t < time; t++) {
            for (List<Traced> direction : directions) {
                all.add(direction.get(t));
            }
        }
        Traced rows = c.tape().stacked(all);
        return c.tape().reshaped(rows, time, directions.size(), shape[0], shape[1]);
    }
}
