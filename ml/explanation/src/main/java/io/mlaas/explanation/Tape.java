package io.mlaas.explanation;

import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Runs operators at the input and at the reference together, and remembers how to walk back. */
final class Tape {
    /** Differences below it are taken as none, and the derivative instead of their quotient. */
    static final double SMALL = 1e-10;

    private final boolean revealCancel;
    private final long mostNumbers;
    private final List<Step> steps = new ArrayList<>();
    private long numbers;

    /** One input of an operator that depends on the model's, and how it acts on the output. */
    record Edge(Traced input, LocalMap map) {}

    /**
     * @param revealCancel whether differences are split into positive and negative contributions
     * @param mostNumbers how many may be kept at a time
     */
    Tape(boolean revealCancel, long mostNumbers) {
        this.revealCancel = revealCancel;
        this.mostNumbers = mostNumbers;
    }

    /** How many numbers are kept. */
    long numbers() {
        return numbers;
    }

    private void count(long more) {
        numbers += more;
        if (numbers > mostNumbers) {
            throw new ExplanationRefused("memory: a sample needs more than " + mostNumbers
                    + " numbers (expected: a smaller network or input, or a higher limit)");
        }
    }

    /** The model's input. */
    Traced input(Array now, Array before) {
        Traced input = Traced.varying(now, before);
        count(2L * now.length());
        if (revealCancel) {
            double[] rise = input.difference();
            double[] fall = rise.clone();
            for (int i = 0; i < rise.length; i++) {
                rise[i] = Math.max(rise[i], 0);
                fall[i] = Math.min(fall[i], 0);
            }
            input.split(rise, fall);
        }
        return input;
    }

    /** A value that does not depend on the model's input. */
    Traced constant(Array value) {
        return Traced.constant(value, false);
    }

    /** An operator whose output differs by the sum of what its inputs' maps say. */
    Traced linear(Array now, Array before, List<Edge> edges) {
        Traced output = Traced.varying(now, before);
        count(4L * now.length());
        if (revealCancel) {
            double[] rise = new double[now.length()];
            double[] fall = new double[now.length()];
            for (Edge edge : edges) {
                edge.map().apply(edge.input().rise(), rise, Part.POSITIVE);
                edge.map().apply(edge.input().fall(), rise, Part.NEGATIVE);
                edge.map().apply(edge.input().rise(), fall, Part.NEGATIVE);
                edge.map().apply(edge.input().fall(), fall, Part.POSITIVE);
            }
            output.split(rise, fall);
            count(2L * now.length());
        }
        steps.add(new LinearStep(output, edges));
        return output;
    }

    /** The same arrangement of elements: {@code how} may only pick, repeat and place them; what it invents is -1. */
    Traced arranged(Traced x, UnaryOperator<Array> how) {
        return arranged(x, how, how);
    }

    /** @param places as {@code how}, with -1 for elements that do not come from {@code x} */
    Traced arranged(Traced x, UnaryOperator<Array> how, UnaryOperator<Array> places) {
        if (!x.varies()) {
            return Traced.constant(how.apply(x.now()), x.integers());
        }
        Array source = places.apply(places(x.shape(), 0));
        return linear(
                how.apply(x.now()),
                how.apply(x.before()),
                List.of(new Edge(x, new Selection(source.integers(), null))));
    }

    /** The elements under another shape. */
    Traced reshaped(Traced x, int... shape) {
        if (!x.varies()) {
            return Traced.constant(x.now().reshape(shape), x.integers());
        }
        return linear(x.now().reshape(shape), x.before().reshape(shape), List.of(new Edge(x, Selection.identity())));
    }

    /** Elements in a row, from the flat index {@code first} on. */
    Traced run(Traced x, int first, int... shape) {
        int length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        UnaryOperator<Array> cut = a -> Array.of(Arrays.copyOfRange(a.values(), first, first + length), shape);
        if (!x.varies()) {
            return Traced.constant(cut.apply(x.now()), x.integers());
        }
        int[] source = IntStream.range(first, first + length).toArray();
        Array now = cut.apply(x.now());
        return linear(
                now, samePoint(x) ? now : cut.apply(x.before()), List.of(new Edge(x, new Selection(source, null))));
    }

    Traced broadcast(Traced x, int... shape) {
        return Arrays.equals(x.shape(), shape) ? x : arranged(x, a -> a.broadcastTo(shape));
    }

    /** The flat index of each element, from {@code first} on. */
    static Array places(int[] shape, int first) {
        Array places = Array.full(0, shape);
        double[] values = places.values();
        for (int i = 0; i < values.length; i++) {
            values[i] = first + i;
        }
        return places;
    }

    Traced concat(List<Traced> parts, int axis) {
        Array now = Array.concat(parts.stream().map(Traced::now).toList(), axis);
        if (parts.stream().noneMatch(Traced::varies)) {
            return Traced.constant(now, parts.stream().allMatch(Traced::integers));
        }
        Array before = Array.concat(parts.stream().map(Traced::before).toList(), axis);
        List<Edge> edges = new ArrayList<>();
        for (Traced part : new LinkedHashSet<>(parts)) {
            if (part.varies()) {
                List<Array> sources = parts.stream()
                        .map(p -> p == part ? places(p.shape(), 0) : Array.full(-1, p.shape()))
                        .toList();
                edges.add(
                        new Edge(part, new Selection(Array.concat(sources, axis).integers(), null)));
            }
        }
        return linear(now, before, edges);
    }

    /** Tensors of one shape below one another; unlike {@link #concat} it takes time in proportion to the elements. */
    Traced stacked(List<Traced> parts) {
        Array now = Array.stack(parts.stream().map(Traced::now).toList(), 0);
        if (parts.stream().noneMatch(Traced::varies)) {
            return Traced.constant(now, false);
        }
        Array before = Array.stack(parts.stream().map(Traced::before).toList(), 0);
        List<Edge> edges = new ArrayList<>();
        int length = parts.getFirst().length();
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i).varies()) {
                edges.add(new Edge(parts.get(i), new Placing(i * length)));
            }
        }
        return linear(now, before, edges);
    }

    /** {@code a · x + b · y}, elementwise. */
    Traced combined(Traced x, double a, Traced y, double b) {
        BinaryOperator<Array> sum = (p, q) -> p.with(q, (u, v) -> a * u + b * v);
        Array now = sum.apply(x.now(), y.now());
        if (!x.varies() && !y.varies()) {
            return Traced.constant(now, x.integers() && y.integers());
        }
        int[] shape = now.shape();
        List<Edge> edges = new ArrayList<>();
        addScaled(edges, broadcast(x, shape), a);
        addScaled(edges, broadcast(y, shape), b);
        return linear(now, sum.apply(x.before(), y.before()), edges);
    }

    private static void addScaled(List<Edge> edges, Traced x, double factor) {
        if (x.varies()) {
            edges.add(new Edge(x, factor == 1 ? Selection.identity() : weighted(Array.full(factor, x.shape()))));
        }
    }

    Traced plus(Traced x, Traced y) {
        return combined(x, 1, y, 1);
    }

    Traced minus(Traced x, Traced y) {
        return combined(x, 1, y, -1);
    }

    /**
     * The product, elementwise. Of two factors that both vary, each gets half of what they do together (Shapley's value
     * of a game of two): z − z₀ = (u − u₀)(v + v₀)/2 + (v − v₀)(u + u₀)/2.
     */
    Traced times(Traced x, Traced y) {
        Array now = x.now().times(y.now());
        if (!x.varies() && !y.varies()) {
            return Traced.constant(now, x.integers() && y.integers());
        }
        int[] shape = now.shape();
        List<Edge> edges = new ArrayList<>();
        if (x.varies()) {
            edges.add(new Edge(broadcast(x, shape), weighted(y.middle().broadcastTo(shape))));
        }
        if (y.varies()) {
            edges.add(new Edge(broadcast(y, shape), weighted(x.middle().broadcastTo(shape))));
        }
        return linear(now, x.before().times(y.before()), edges);
    }

    static Selection weighted(Array weights) {
        return Selection.weighted(weights.values());
    }

    /** The matrix product over the last two axes; two factors that both vary share as in {@link #times}. */
    Traced product(Traced x, Traced y) {
        Array now = MatrixMap.product(x.now(), y.now());
        if (!x.varies() && !y.varies()) {
            return Traced.constant(now, false);
        }
        List<Edge> edges = new ArrayList<>();
        if (x.varies()) {
            edges.add(new Edge(x, new MatrixMap(y.middle(), true, x.shape(), now.shape())));
        }
        if (y.varies()) {
            edges.add(new Edge(y, new MatrixMap(x.middle(), false, y.shape(), now.shape())));
        }
        return linear(now, samePoint(x, y) ? now : MatrixMap.product(x.before(), y.before()), edges);
    }

    /** The sum over axes, which stay with size 1, times a weight. */
    Traced sum(Traced x, double weight, int... axes) {
        UnaryOperator<Array> sum =
                a -> a.reduce(Array.Reduction.SUM, true, axes).map(v -> v * weight);
        Array now = sum.apply(x.now());
        if (!x.varies()) {
            return Traced.constant(now, x.integers());
        }
        int[] target = places(now.shape(), 0).broadcastTo(x.shape()).integers();
        double[] weights = new double[target.length];
        Arrays.fill(weights, weight);
        return linear(now, sum.apply(x.before()), List.of(new Edge(x, new Summation(target, weights))));
    }

    /** For derivatives, input and reference are one. */
    private static boolean samePoint(Traced... values) {
        return Arrays.stream(values).allMatch(x -> x.now() == x.before());
    }

    /** A function of each element by itself: the Rescale rule, or RevealCancel. */
    Traced each(Traced x, Function function) {
        Array now = x.now().map(function::value);
        if (!x.varies()) {
            return Traced.constant(now, false);
        }
        if (!revealCancel) {
            return rescaled(x, function);
        }
        Array before = x.before().map(function::value);
        Traced output = Traced.varying(now, before);
        count(8L * now.length());
        RevealCancelStep step = RevealCancelStep.of(x, output, function);
        steps.add(step);
        return output;
    }

    /** A function of each element by itself, whatever the rule is: the difference of the output through the input's. */
    Traced rescaled(Traced x, Function function) {
        Array now = x.now().map(function::value);
        if (!x.varies()) {
            return Traced.constant(now, false);
        }
        Array before = samePoint(x) ? now : x.before().map(function::value);
        return linear(now, before, List.of(new Edge(x, Selection.weighted(quotients(x, now, before, function)))));
    }

    private static double[] quotients(Traced x, Array now, Array before, Function function) {
        double[] quotients = new double[x.length()];
        for (int i = 0; i < quotients.length; i++) {
            double difference = x.now().at(i) - x.before().at(i);
            quotients[i] = Math.abs(difference) >= SMALL // not so of minus infinity at both, behind a mask
                    ? (now.at(i) - before.at(i)) / difference
                    : function.slope(x.now().at(i));
        }
        return quotients;
    }

    /**
     * What each element of the input contributes to the difference of {@code output}, and the multipliers; may be called
     * again.
     *
     * @param weights which of the output's elements count, and how much
     * @return contributions, then multipliers, of the input's elements
     */
    Contributions back(Traced input, Traced output, double[] weights) {
        input.forget();
        if (!output.varies()) {
            return new Contributions(new double[input.length()], new double[input.length()]);
        }
        output.startBack(weights, revealCancel);
        for (Step step : steps.reversed()) {
            if (step.output().isReached()) {
                step.back(revealCancel);
                step.output().forget();
            }
        }
        return contributions(input);
    }

    /** Of each element of the input. */
    @SuppressWarnings("ArrayRecordComponent") // bulk numbers, never compared
    record Contributions(double[] values, double[] multipliers) {}

    private Contributions contributions(Traced input) {
        double[] m = input.multipliers();
        double[] values = new double[m.length];
        double[] difference = input.difference();
        double[] single = new double[m.length];
        for (int i = 0; i < m.length; i++) {
            single[i] = revealCancel && difference[i] < 0 ? input.fallMultipliers()[i] : m[i];
            values[i] = single[i] * difference[i] + 0.0; // never -0.0
        }
        return new Contributions(values, single);
    }
}
