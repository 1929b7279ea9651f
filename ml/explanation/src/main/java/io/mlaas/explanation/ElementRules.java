package io.mlaas.explanation;

import io.mlaas.onnx.numeric.SpecialFunctions;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/** Functions of each element by itself. */
final class ElementRules {
    private static final double SELU_ALPHA = 1.6732632423543772;
    private static final double SELU_SCALE = 1.0507009873554805;

    private ElementRules() {}

    static void register(RuleTable table) {
        add(table, "Relu", Function.RELU);
        add(table, "Sigmoid", Function.SIGMOID);
        add(table, "Tanh", Function.TANH);
        add(table, "Exp", Function.EXP);
        add(table, "Log", Function.LOG);
        add(table, "Sqrt", Function.SQRT);
        add(table, "Reciprocal", Function.RECIPROCAL);
        add(table, "Abs", Function.ABS);
        add(table, "Softplus", ElementRules::softplus, Function::sigmoid);
        add(table, "Softsign", x -> x / (1 + Math.abs(x)), x -> 1 / ((1 + Math.abs(x)) * (1 + Math.abs(x))));
        add(table, "Erf", SpecialFunctions::erf, x -> 2 / Math.sqrt(Math.PI) * Math.exp(-x * x));
        add(table, "HardSwish", x -> x * hard(x), x -> x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6);
        add(table, "Mish", ElementRules::mish, ElementRules::mishSlope);
        trigonometric(table);
        parametric(table);
    }

    private static void trigonometric(RuleTable table) {
        add(table, "Sin", Math::sin, Math::cos);
        add(table, "Cos", Math::cos, x -> -Math.sin(x));
        add(table, "Tan", Math::tan, x -> 1 / (Math.cos(x) * Math.cos(x)));
        add(table, "Asin", Math::asin, x -> 1 / Math.sqrt(1 - x * x));
        add(table, "Acos", Math::acos, x -> -1 / Math.sqrt(1 - x * x));
        add(table, "Atan", Math::atan, x -> 1 / (1 + x * x));
        add(table, "Sinh", Math::sinh, Math::cosh);
        add(table, "Cosh", Math::cosh, Math::sinh);
        add(table, "Asinh", ElementRules::asinh, x -> 1 / Math.sqrt(x * x + 1));
        add(table, "Acosh", x -> Math.log(x + Math.sqrt(x * x - 1)), x -> 1 / Math.sqrt(x * x - 1));
        add(table, "Atanh", x -> (Math.log1p(x) - Math.log1p(-x)) / 2, x -> 1 / (1 - x * x));
    }

    private static void parametric(RuleTable table) {
        table.add("LeakyRelu", c -> c.tape().each(c.input(0), leaky(c.real("alpha", 0.01))));
        table.add("Elu", c -> c.tape().each(c.input(0), elu(c.real("alpha", 1), 1)));
        table.add("Celu", c -> c.tape().each(c.input(0), celu(c.real("alpha", 1))));
        table.add(
                "Selu", c -> c.tape().each(c.input(0), elu(c.real("alpha", SELU_ALPHA), c.real("gamma", SELU_SCALE))));
        table.add(
                "HardSigmoid", c -> c.tape().each(c.input(0), hardSigmoid(c.real("alpha", 0.2), c.real("beta", 0.5))));
        table.add("ThresholdedRelu", c -> c.tape().each(c.input(0), above(c.real("alpha", 1))));
        table.add("Shrink", c -> c.tape().each(c.input(0), shrink(c.real("lambd", 0.5), c.real("bias", 0))));
        table.add("Clip", Set.of(0), c -> c.tape().each(c.input(0), clip(c)));
        table.add("Gelu", c -> c.tape().each(c.input(0), gelu(c.text("approximate", "none"))));
    }

    private static void add(RuleTable table, String operator, Function function) {
        table.add(operator, c -> c.tape().each(c.input(0), function));
    }

    private static void add(RuleTable table, String operator, DoubleUnaryOperator value, DoubleUnaryOperator slope) {
        add(table, operator, new Function(value, slope));
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double asinh(double x) {
        double positive = Math.abs(x);
        return Math.copySign(Math.log(positive + Math.sqrt(x * x + 1)), x);
    }

    private static double hard(double x) {
        return Math.min(Math.max(x / 6 + 0.5, 0), 1);
    }

    private static double mish(double x) {
        return x * Math.tanh(softplus(x));
    }

    private static double mishSlope(double x) {
        double t = Math.tanh(softplus(x));
        return t + x * (1 - t * t) * Function.sigmoid(x);
    }

    static Function leaky(double slope) {
        return new Function(x -> x < 0 ? slope * x : x, x -> x < 0 ? slope : 1);
    }

    private static Function elu(double alpha, double scale) {
        return new Function(
                x -> scale * (x < 0 ? alpha * Math.expm1(x) : x), x -> scale * (x < 0 ? alpha * Math.exp(x) : 1));
    }

    private static Function celu(double alpha) {
        return new Function(x -> x < 0 ? alpha * Math.expm1(x / alpha) : x, x -> x < 0 ? Math.exp(x / alpha) : 1);
    }

    static Function hardSigmoid(double alpha, double beta) {
        return new Function(
                x -> Math.min(Math.max(alpha * x + beta, 0), 1),
                x -> alpha * x + beta > 0 && alpha * x + beta < 1 ? alpha : 0);
    }

    private static Function above(double threshold) {
        return new Function(x -> x > threshold ? x : 0, x -> x > threshold ? 1 : 0);
    }

    private static Function shrink(double threshold, double bias) {
        return new Function(
                x -> x < -threshold ? x + bias : x > threshold ? x - bias : 0, x -> Math.abs(x) > threshold ? 1 : 0);
    }

    private static Function clip(Call c) {
        double low = c.has(1) ? c.constant(1).at(0) : Double.NEGATIVE_INFINITY;
        double high = c.has(2) ? c.constant(2).at(0) : Double.POSITIVE_INFINITY;
        return Function.clip(low, high);
    }

    private static Function gelu(String approximation) {
        if (approximation.equals("tanh")) {
            double root = Math.sqrt(2 / Math.PI);
            return new Function(x -> x / 2 * (1 + Math.tanh(root * (x + 0.044715 * x * x * x))), x -> {
                double t = Math.tanh(root * (x + 0.044715 * x * x * x));
                return (1 + t) / 2 + x / 2 * (1 - t * t) * root * (1 + 3 * 0.044715 * x * x);
            });
        }
        return new Function(x -> x * normal(x), x -> normal(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI));
    }

    private static double normal(double x) {
        return (1 + SpecialFunctions.erf(x / Math.sqrt(2))) / 2;
    }
}
