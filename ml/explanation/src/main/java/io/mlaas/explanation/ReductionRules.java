package io.mlaas.explanation;

import io.mlaas.explanation.Tape.Edge;
import io.mlaas.onnx.numeric.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Sums, means, norms and maxima over axes. */
final class ReductionRules {
    private static final Set<Integer> FIRST = Set.of(0);

    private ReductionRules() {}

    /** A reduction that keeps its axes with size 1. */
    private interface Reduction {
        Traced apply(Tape tape, Traced x, int[] axes);
    }

    static void register(RuleTable table) {
        add(table, "ReduceSum", ReductionRules::sum);
        add(table, "ReduceMean", ReductionRules::mean);
        add(table, "ReduceSumSquare", ReductionRules::squares);
        add(table, "ReduceL2", (t, x, axes) -> t.each(squares(t, x, axes), Function.SQRT));
        add(table, "ReduceL1", (t, x, axes) -> sum(t, t.each(x, Function.ABS), axes));
        add(table, "ReduceLogSum", (t, x, axes) -> t.each(sum(t, x, axes), Function.LOG));
        add(table, "ReduceLogSumExp", NormalizationRules::logSumExp);
        add(table, "ReduceMax", (t, x, axes) -> extreme(t, x, axes, 1));
        add(table, "ReduceMin", (t, x, axes) -> extreme(t, x, axes, -1));
        table.add("GlobalAveragePool", c -> mean(c.tape(), c.input(0), spatial(c)));
        table.add("GlobalMaxPool", c -> extreme(c.tape(), c.input(0), spatial(c), 1));
        table.addConstant("ReduceProd", c -> c.tape()
                .constant(c.constant(0).reduce(Array.Reduction.PROD, c.integer("keepdims", 1) == 1, axes(c))));
    }

    private static int[] axes(Call c) {
        return c.axes(c.input(0).now().rank());
    }

    private static int[] spatial(Call c) {
        return IntStream.range(2, c.input(0).now().rank()).toArray();
    }

    private static void add(RuleTable table, String operator, Reduction reduction) {
        table.add(operator, FIRST, c -> {
            int[] axes = axes(c);
            if (axes.length == 0) {
                return c.input(0);
            }
            Traced kept = reduction.apply(c.tape(), c.input(0), axes);
            return c.integer("keepdims", 1) == 1 ? kept : c.tape().reshaped(kept, fewer(kept.shape(), axes));
        });
    }

    private static int[] fewer(int[] shape, int[] axes) {
        return IntStream.range(0, shape.length)
                .filter(i -> IntStream.of(axes).noneMatch(a -> a == i))
                .map(i -> shape[i])
                .toArray();
    }

    static Traced sum(Tape tape, Traced x, int... axes) {
        return tape.sum(x, 1, axes);
    }

    static Traced mean(Tape tape, Traced x, int... axes) {
        int count = IntStream.of(axes).map(a -> x.now().size(a)).reduce(1, (a, b) -> a * b);
        return tape.sum(x, 1.0 / count, axes);
    }

    private static Traced squares(Tape tape, Traced x, int... axes) {
        return sum(tape, tape.times(x, x), axes);
    }

    /**
     * The cross-maximum rule: where the output grew its difference is due to the element that is largest now, else to the
     * one that was largest at the reference.
     */
    private static Traced extreme(Tape tape, Traced x, int[] axes, int sign) {
        Array.Reduction how = sign > 0 ? Array.Reduction.MAX : Array.Reduction.MIN;
        Array now = x.now().reduce(how, true, axes);
        if (!x.varies()) {
            return Traced.constant(now, x.integers());
        }
        Array before = x.before().reduce(how, true, axes);
        int[] groups = Tape.places(now.shape(), 0).broadcastTo(x.shape()).integers();
        int[] atInput = firstOf(x.now(), now, groups);
        int[] atReference = firstOf(x.before(), before, groups);
        return chosen(tape, x, now, before, atInput, atReference, sign);
    }

    /** For each group the flat index of its first element that has the group's value. */
    private static int[] firstOf(Array x, Array extremes, int[] groups) {
        int[] first = new int[extremes.length()];
        Arrays.fill(first, -1);
        for (int i = 0; i < groups.length; i++) {
            if (first[groups[i]] < 0 && x.at(i) == extremes.at(groups[i])) {
                first[groups[i]] = i;
            }
        }
        return first;
    }

    /**
     * @param atInput flat index of the element that each output is at the input
     * @param atReference likewise at the reference
     * @param sign 1 for maxima, -1 for minima
     */
    static Traced chosen(Tape tape, Traced x, Array now, Array before, int[] atInput, int[] atReference, int sign) {
        int[] source = new int[now.length()];
        double[] weights = new double[now.length()];
        for (int i = 0; i < source.length; i++) {
            source[i] = sign * now.at(i) >= sign * before.at(i) ? atInput[i] : atReference[i];
            weights[i] = ArithmeticRules.ratio(
                    now.at(i) - before.at(i), x.now().at(source[i]) - x.before().at(source[i]));
        }
        return tape.linear(now, before, List.of(new Edge(x, new Selection(source, weights))));
    }
}
