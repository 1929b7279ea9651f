package io.mlaas.explanation;

import io.mlaas.explanation.Tape.Edge;
import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.stream.IntStream;

/** Sums, products, quotients, powers and choices of several tensors, and products of matrices. */
final class ArithmeticRules {
    private ArithmeticRules() {}

    static void register(RuleTable table) {
        table.add("Add", c -> c.tape().plus(c.input(0), c.input(1)));
        table.add("Sub", c -> c.tape().minus(c.input(0), c.input(1)));
        table.add("Mul", c -> c.tape().times(c.input(0), c.input(1)));
        table.add("Div", c -> quotient(c.tape(), c.input(0), c.input(1)));
        table.add("Neg", c -> negative(c.tape(), c.input(0)));
        table.add("Pow", Set.of(0), ArithmeticRules::power);
        table.add("Sum", c -> folded(c, c.tape()::plus));
        table.add("Mean", ArithmeticRules::mean);
        table.add("Max", c -> folded(c, (a, b) -> extreme(c.tape(), a, b, 1)));
        table.add("Min", c -> folded(c, (a, b) -> extreme(c.tape(), a, b, -1)));
        table.add("Where", Set.of(1, 2), c -> where(c.tape(), c.constant(0), c.input(1), c.input(2)));
        table.add("PRelu", Set.of(0), ArithmeticRules::parametricRelu);
        table.add("MatMul", ArithmeticRules::matmul);
        table.add("Gemm", Set.of(0, 1, 2), ArithmeticRules::gemm);
    }

    private static Traced folded(Call c, BinaryOperator<Traced> operation) {
        return IntStream.range(0, c.inputs().size())
                .mapToObj(c::input)
                .reduce(operation)
                .orElseThrow();
    }

    private static Traced mean(Call c) {
        Traced sum = folded(c, c.tape()::plus);
        return c.tape()
                .times(sum, c.tape().constant(Array.scalar(1.0 / c.inputs().size())));
    }

    private static Traced negative(Tape tape, Traced x) {
        Traced zero = Traced.constant(Array.scalar(0), x.integers());
        return tape.minus(zero, x);
    }

    static Traced quotient(Tape tape, Traced x, Traced y) {
        if (!x.varies() && !y.varies()) {
            boolean whole = x.integers() && y.integers();
            return Traced.constant(x.now().with(y.now(), (a, b) -> whole ? truncated(a / b) : a / b), whole);
        }
        return tape.times(x, tape.each(y, Function.RECIPROCAL));
    }

    private static double truncated(double quotient) {
        return quotient < 0 ? Math.ceil(quotient) : Math.floor(quotient);
    }

    private static Traced power(Call c) {
        Array exponents = c.constant(1);
        if (exponents.length() == 1) {
            Traced power = c.tape().each(c.input(0), Function.power(exponents.at(0)));
            int[] shape = Array.broadcastShape(power.shape(), exponents.shape());
            return c.tape().broadcast(power, shape);
        }
        if (c.input(0).varies()) {
            throw new ExplanationRefused(c.place() + ": several exponents (expected: one)");
        }
        return c.tape().constant(c.constant(0).with(exponents, Math::pow));
    }

    /** Where the larger output belongs to the input, its difference goes to what was chosen there, else at the reference. */
    private static Traced extreme(Tape tape, Traced x, Traced y, int sign) {
        BinaryOperator<Array> chosen = (p, q) -> p.with(q, (a, b) -> sign * Math.max(sign * a, sign * b));
        Array now = chosen.apply(x.now(), y.now());
        if (!x.varies() && !y.varies()) {
            return Traced.constant(now, x.integers() && y.integers());
        }
        int[] shape = now.shape();
        Traced a = tape.broadcast(x, shape);
        Traced b = tape.broadcast(y, shape);
        Array before = chosen.apply(a.before(), b.before());
        double[] first = new double[now.length()];
        double[] second = new double[now.length()];
        for (int i = 0; i < first.length; i++) {
            boolean atInput = sign * now.at(i) >= sign * before.at(i);
            Traced point = (atInput ? a.now().at(i) == now.at(i) : a.before().at(i) == before.at(i)) ? a : b;
            double weight = ratio(
                    now.at(i) - before.at(i), point.now().at(i) - point.before().at(i));
            (point == a ? first : second)[i] = weight;
        }
        List<Edge> edges = new ArrayList<>();
        addWeighted(edges, a, first);
        addWeighted(edges, b, second);
        return tape.linear(now, before, edges);
    }

    /** Of a difference of the output to that of the input which it is due to; 1, the derivative, where there is none. */
    static double ratio(double output, double input) {
        return Math.abs(input) < Tape.SMALL ? 1 : output / input;
    }

    private static void addWeighted(List<Edge> edges, Traced x, double[] weights) {
        if (x.varies()) {
            edges.add(new Edge(x, Selection.weighted(weights)));
        }
    }

    /** The first where the condition is not zero, else the second; what is not chosen may be infinite. */
    static Traced where(Tape tape, Array condition, Traced x, Traced y) {
        Array now = Array.choose(condition, x.now(), y.now());
        if (!x.varies() && !y.varies()) {
            return Traced.constant(now, x.integers() && y.integers());
        }
        int[] shape = now.shape();
        double[] first = condition.broadcastTo(shape).map(v -> v != 0 ? 1 : 0).values();
        double[] second = condition.broadcastTo(shape).map(v -> v != 0 ? 0 : 1).values();
        List<Edge> edges = new ArrayList<>();
        addWeighted(edges, tape.broadcast(x, shape), first);
        addWeighted(edges, tape.broadcast(y, shape), second);
        return tape.linear(now, Array.choose(condition, x.before(), y.before()), edges);
    }

    private static Traced parametricRelu(Call c) {
        Array slopes = c.constant(1);
        Tape tape = c.tape();
        Traced below = tape.each(c.input(0), new Function(x -> Math.min(x, 0), x -> x < 0 ? 1 : 0));
        return tape.plus(tape.each(c.input(0), Function.RELU), tape.times(below, tape.constant(slopes)));
    }

    private static Traced matmul(Call c) {
        Traced x = c.input(0);
        Traced y = c.input(1);
        Tape tape = c.tape();
        Traced left = x.now().rank() == 1 ? tape.reshaped(x, 1, x.length()) : x;
        Traced right = y.now().rank() == 1 ? tape.reshaped(y, y.length(), 1) : y;
        Traced product = tape.product(left, right);
        int[] shape = product.shape();
        if (y.now().rank() == 1) {
            shape = without(shape, shape.length - 1);
        }
        if (x.now().rank() == 1) {
            shape = without(shape, shape.length - (y.now().rank() == 1 ? 1 : 2));
        }
        return shape.length == product.shape().length ? product : tape.reshaped(product, shape);
    }

    private static int[] without(int[] shape, int axis) {
        return IntStream.range(0, shape.length)
                .filter(i -> i != axis)
                .map(i -> shape[i])
                .toArray();
    }

    private static Traced gemm(Call c) {
        Tape tape = c.tape();
        Traced a = c.integer("transA", 0) == 1 ? tape.arranged(c.input(0), m -> m.transpose(1, 0)) : c.input(0);
        Traced b = c.integer("transB", 0) == 1 ? tape.arranged(c.input(1), m -> m.transpose(1, 0)) : c.input(1);
        Traced product = tape.product(a, b);
        double alpha = c.real("alpha", 1);
        if (!c.has(2)) {
            return alpha == 1 ? product : tape.times(product, tape.constant(Array.scalar(alpha)));
        }
        return tape.combined(product, alpha, c.input(2), c.real("beta", 1));
    }
}
