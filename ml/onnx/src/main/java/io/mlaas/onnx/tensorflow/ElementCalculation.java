package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.numeric.Array.Reduction;
import io.mlaas.onnx.numeric.Einsum;
import io.mlaas.onnx.numeric.SpecialFunctions;
import io.mlaas.onnx.tensorflow.Evaluation.Calculation;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Arithmetic, comparisons, products and reductions in 64-bit floats; truth is 1. */
final class ElementCalculation {
    private static final List<String> IDENTITIES = List.of(
            "Identity",
            "StopGradient",
            "ReadVariableOp",
            "PreventGradient",
            "Snapshot",
            "EnsureShape",
            "CheckNumerics",
            "PlaceholderWithDefault");

    private ElementCalculation() {}

    /** A loop of its own: large networks spend much of their time here. */
    private static Array sigmoid(Array x) {
        double[] values = x.values();
        double[] result = new double[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = 1 / (1 + Math.exp(-values[i]));
        }
        return Array.of(result, x.shape());
    }

    static void register(Map<String, Calculation> table) {
        IDENTITIES.forEach(name -> table.put(name, (node, in) -> in.getFirst()));
        unary().forEach((name, f) -> table.put(name, (node, in) -> in.getFirst().map(f)));
        binary().forEach((name, f) -> table.put(name, (node, in) -> in.get(0).with(in.get(1), f)));
        table.put("FloorDiv", (node, in) -> in.get(0).with(in.get(1), quotient(node)));
        table.put("AddV2", (node, in) -> in.get(0).plus(in.get(1)));
        table.put("Add", (node, in) -> in.get(0).plus(in.get(1)));
        table.put("Sub", (node, in) -> in.get(0).minus(in.get(1)));
        table.put("Mul", (node, in) -> in.get(0).times(in.get(1)));
        table.put("Relu", (node, in) -> in.getFirst().atLeast(0));
        table.put("Relu6", (node, in) -> in.getFirst().atLeast(0).atMost(6));
        table.put("Sigmoid", (node, in) -> sigmoid(in.getFirst()));
        Map<String, Reduction> reductions = Map.of(
                "Mean", Reduction.MEAN,
                "Sum", Reduction.SUM,
                "Max", Reduction.MAX,
                "Min", Reduction.MIN,
                "Prod", Reduction.PROD,
                "All", Reduction.MIN,
                "Any", Reduction.MAX);
        reductions.forEach((name, how) -> table.put(name, (node, in) -> {
            int[] axes = in.get(1).integers();
            return axes.length == 0 ? in.get(0) : in.get(0).reduce(how, node.flag("keep_dims"), axes);
        }));
        table.put("LeakyRelu", (node, in) -> {
            double slope = node.attribute("alpha").real(4, 0.2f);
            return in.getFirst().map(v -> v < 0 ? slope * v : v);
        });
        table.put("Softmax", (node, in) -> in.getFirst().softmax(in.getFirst().rank() - 1));
        table.put(
                "LogSoftmax",
                (node, in) -> in.getFirst().softmax(in.getFirst().rank() - 1).map(Math::log));
        table.put("BiasAdd", ElementCalculation::biased);
        table.put("AddN", (node, in) -> in.stream().reduce(Array::plus).orElseThrow());
        table.put(
                "ClipByValue",
                (node, in) -> in.get(0).with(in.get(1), Math::max).with(in.get(2), Math::min));
        table.put("SelectV2", (node, in) -> Array.choose(in.get(0), in.get(1), in.get(2)));
        table.put("Select", (node, in) -> Array.choose(rows(in.get(0), in.get(1)), in.get(1), in.get(2)));
        table.put("Cast", ElementCalculation::cast);
        table.put(
                "MatMul",
                (node, in) -> matmul(in.get(0), in.get(1), node.flag("transpose_a"), node.flag("transpose_b")));
        for (String name : List.of("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")) {
            table.put(name, (node, in) -> matmul(in.get(0), in.get(1), node.flag("adj_x"), node.flag("adj_y")));
        }
        table.put("Einsum", ElementCalculation::einsum);
    }

    /** TensorFlow rounds a quotient of 32-bit floats before it rounds it down: 3 by 0.3 is 10. */
    private static DoubleBinaryOperator quotient(Node node) {
        return Constant.type(node.attribute("T").number(6, 1)) == ElementType.FLOAT32
                ? (a, b) -> Math.floor((float) (a / b))
                : (a, b) -> Math.floor(a / b);
    }

    private static Map<String, DoubleUnaryOperator> unary() {
        Map<String, DoubleUnaryOperator> unary = new HashMap<>();
        unary.put("Elu", x -> x > 0 ? x : Math.expm1(x));
        unary.put("Selu", x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)));
        unary.put("Softplus", x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
        unary.put("Softsign", x -> x / (1 + Math.abs(x)));
        unary.put("Exp", Math::exp);
        unary.put("Expm1", Math::expm1);
        unary.put("Log", Math::log);
        unary.put("Log1p", Math::log1p);
        unary.put("Neg", x -> -x);
        unary.put("Abs", Math::abs);
        unary.put("Sign", Math::signum);
        unary.put("Sqrt", Math::sqrt);
        unary.put("Rsqrt", x -> 1 / Math.sqrt(x));
        unary.put("Reciprocal", x -> 1 / x);
        unary.put("Inv", x -> 1 / x);
        unary.put("Square", x -> x * x);
        unary.put("Erf", SpecialFunctions::erf);
        unary.put("Erfc", x -> 1 - SpecialFunctions.erf(x));
        unary.put("Floor", Math::floor);
        unary.put("Ceil", Math::ceil);
        unary.put("Round", Math::rint);
        unary.put("Rint", Math::rint);
        unary.put("Sin", Math::sin);
        unary.put("Cos", Math::cos);
        unary.put("Tan", Math::tan);
        unary.put("Asin", Math::asin);
        unary.put("Acos", Math::acos);
        unary.put("Atan", Math::atan);
        unary.put("Sinh", Math::sinh);
        unary.put("Cosh", Math::cosh);
        unary.put("Tanh", Math::tanh);
        unary.put("Asinh", x -> Math.signum(x) * Math.log(Math.abs(x) + Math.sqrt(x * x + 1)));
        unary.put("Acosh", x -> Math.log(x + Math.sqrt(x * x - 1)));
        unary.put("Atanh", x -> 0.5 * (Math.log1p(x) - Math.log1p(-x)));
        unary.put("LogicalNot", x -> 1 - x);
        unary.put("IsNan", x -> Double.isNaN(x) ? 1 : 0);
        unary.put("IsInf", x -> Double.isInfinite(x) ? 1 : 0);
        unary.put("IsFinite", x -> Double.isFinite(x) ? 1 : 0);
        unary.put("ZerosLike", x -> 0);
        unary.put("OnesLike", x -> 1);
        return unary;
    }

    private static Map<String, DoubleBinaryOperator> binary() {
        Map<String, DoubleBinaryOperator> binary = new HashMap<>();
        binary.put("RealDiv", (a, b) -> a / b);
        binary.put("DivNoNan", (a, b) -> b == 0 ? 0 : a / b);
        binary.put("FloorMod", (a, b) -> a % b != 0 && (a % b < 0) != (b < 0) ? a % b + b : a % b);
        binary.put("Maximum", Math::max);
        binary.put("Minimum", Math::min);
        binary.put("Pow", Math::pow);
        binary.put("SquaredDifference", (a, b) -> (a - b) * (a - b));
        binary.put("Greater", (a, b) -> a > b ? 1 : 0);
        binary.put("Less", (a, b) -> a < b ? 1 : 0);
        binary.put("GreaterEqual", (a, b) -> a >= b ? 1 : 0);
        binary.put("LessEqual", (a, b) -> a <= b ? 1 : 0);
        binary.put("Equal", (a, b) -> a == b ? 1 : 0);
        binary.put("NotEqual", (a, b) -> a != b ? 1 : 0);
        binary.put("LogicalAnd", (a, b) -> a * b);
        binary.put("LogicalOr", Math::max);
        return binary;
    }

    private static Array rows(Array condition, Array x) {
        if (condition.rank() != 1 || x.rank() < 2) {
            return condition;
        }
        int[] shape = new int[x.rank()];
        Arrays.fill(shape, 1);
        shape[0] = condition.size(0);
        return condition.reshape(shape);
    }

    private static Array biased(Node node, List<Array> in) {
        Array x = in.getFirst();
        if (!node.text("data_format", "NHWC").startsWith("NC")) {
            return x.plus(in.get(1));
        }
        int[] shape = new int[x.rank() - 1];
        Arrays.fill(shape, 1);
        shape[0] = -1;
        return x.plus(in.get(1).reshape(shape));
    }

    private static Array cast(Node node, List<Array> in) {
        ElementType to = Constant.type(node.attribute("DstT").number(6, 1));
        if (to == ElementType.BOOL) {
            return in.getFirst().map(v -> v != 0 ? 1 : 0);
        }
        return to.isFloating() ? in.getFirst() : in.getFirst().map(v -> v < 0 ? Math.ceil(v) : Math.floor(v));
    }

    private static Array matmul(Array a, Array b, boolean left, boolean right) {
        return (left ? flipped(a) : a).matmul(right ? flipped(b) : b);
    }

    private static Array flipped(Array x) {
        int rank = x.rank();
        return x.transpose(IntStream.range(0, rank)
                .map(i -> i == rank - 1 ? rank - 2 : i == rank - 2 ? rank - 1 : i)
                .toArray());
    }

    private static Array einsum(Node node, List<Array> in) {
        int[] ranks = in.stream().mapToInt(Array::rank).toArray();
        String equation = Equation.explicit(node.text("equation", ""), ranks);
        return in.size() == 1
                ? Einsum.einsum(equation.replace("->", ",->"), in.getFirst(), Array.scalar(1))
                : Einsum.einsum(equation, in.get(0), in.get(1));
    }
}
