package io.mlaas.explanation;

import io.mlaas.onnx.numeric.Array;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Operators on sizes and other numbers that do not depend on the model's input. */
final class ConstantRules {
    /** Its output never depends on the elements of its input. */
    static final String SHAPE = "Shape";

    private ConstantRules() {}

    static void register(RuleTable table) {
        table.add(SHAPE, ConstantRules::shape);
        table.addConstant("Range", ConstantRules::range);
        table.addConstant("ConstantOfShape", c -> whole(Array.full(0, c.integers(0))));
        compare(table, "Equal", (a, b) -> a == b ? 1 : 0);
        compare(table, "Less", (a, b) -> a < b ? 1 : 0);
        compare(table, "LessOrEqual", (a, b) -> a <= b ? 1 : 0);
        compare(table, "Greater", (a, b) -> a > b ? 1 : 0);
        compare(table, "GreaterOrEqual", (a, b) -> a >= b ? 1 : 0);
        compare(table, "And", (a, b) -> a != 0 && b != 0 ? 1 : 0);
        compare(table, "Or", (a, b) -> a != 0 || b != 0 ? 1 : 0);
        compare(table, "Xor", (a, b) -> a != 0 ^ b != 0 ? 1 : 0);
        compare(table, "Mod", (a, b) -> a - Math.floor(a / b) * b);
        each(table, "Not", a -> a == 0 ? 1 : 0);
        each(table, "Floor", Math::floor);
        each(table, "Ceil", Math::ceil);
        each(table, "Round", Math::rint);
        each(table, "Sign", Math::signum);
    }

    private static void compare(RuleTable table, String operator, DoubleBinaryOperator operation) {
        table.addConstant(operator, c -> whole(c.constant(0).with(c.constant(1), operation)));
    }

    private static void each(RuleTable table, String operator, DoubleUnaryOperator operation) {
        table.addConstant(
                operator,
                c -> Traced.constant(c.constant(0).map(operation), c.input(0).integers()));
    }

    private static Traced whole(Array values) {
        return Traced.constant(values, true);
    }

    private static Traced shape(Call c) {
        int[] sizes = c.input(0).shape();
        int from = c.integer("start", 0);
        int to = c.integer("end", sizes.length);
        int begin = from < 0 ? from + sizes.length : from;
        int end = Math.min(to < 0 ? to + sizes.length : to, sizes.length);
        return whole(Array.vector(
                IntStream.range(begin, end).mapToDouble(i -> sizes[i]).toArray()));
    }

    private static Traced range(Call c) {
        double start = c.constant(0).at(0);
        double limit = c.constant(1).at(0);
        double step = c.constant(2).at(0);
        int count = (int) Math.max(0, Math.ceil((limit - start) / step));
        double[] values =
                IntStream.range(0, count).mapToDouble(i -> start + i * step).toArray();
        return Traced.constant(Array.of(values, count), c.input(0).integers());
    }
}
