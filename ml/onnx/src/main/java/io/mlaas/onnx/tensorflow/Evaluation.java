package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.numeric.Array.Reduction;
import io.mlaas.onnx.numeric.Einsum;
import io.mlaas.onnx.numeric.SpecialFunctions;
import io.mlaas.onnx.numeric.Windows;
import io.mlaas.onnx.numeric.Windows.Window;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** Computes a graph in 64-bit floats, operator by operator. */
final class Evaluation extends Interpreter<Array> {
    private static final Map<String, DoubleUnaryOperator> UNARY = Map.ofEntries(
            Map.entry("Relu", x -> Math.max(x, 0)),
            Map.entry("Relu6", x -> Math.clamp(x, 0, 6)),
            Map.entry("Elu", x -> x > 0 ? x : Math.expm1(x)),
            Map.entry("Selu", x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
            Map.entry("Sigmoid", x -> 1 / (1 + Math.exp(-x))),
            Map.entry("Tanh", Math::tanh),
            Map.entry("Softplus", x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
            Map.entry("Softsign", x -> x / (1 + Math.abs(x))),
            Map.entry("Exp", Math::exp),
            Map.entry("Log", Math::log),
            Map.entry("Neg", x -> -x),
            Map.entry("Abs", Math::abs),
            Map.entry("Sqrt", Math::sqrt),
            Map.entry("Rsqrt", x -> 1 / Math.sqrt(x)),
            Map.entry("Reciprocal", x -> 1 / x),
            Map.entry("Inv", x -> 1 / x),
            Map.entry("Square", x -> x * x),
            Map.entry("Erf", SpecialFunctions::erf),
            Map.entry("Erfc", x -> 1 - SpecialFunctions.erf(x)),
            Map.entry("Floor", Math::floor),
            Map.entry("Ceil", Math::ceil),
            Map.entry("LogicalNot", x -> 1 - x));
    private static final Map<String, DoubleBinaryOperator> BINARY = Map.ofEntries(
            Map.entry("AddV2", Double::sum),
            Map.entry("Add", Double::sum),
            Map.entry("BiasAdd", Double::sum),
            Map.entry("Sub", (a, b) -> a - b),
            Map.entry("Mul", (a, b) -> a * b),
            Map.entry("RealDiv", (a, b) -> a / b),
            Map.entry("Maximum", Math::max),
            Map.entry("Minimum", Math::min),
            Map.entry("Pow", Math::pow),
            Map.entry("SquaredDifference", (a, b) -> (a - b) * (a - b)),
            Map.entry("Greater", (a, b) -> a > b ? 1 : 0),
            Map.entry("Less", (a, b) -> a < b ? 1 : 0),
            Map.entry("GreaterEqual", (a, b) -> a >= b ? 1 : 0),
            Map.entry("LessEqual", (a, b) -> a <= b ? 1 : 0),
            Map.entry("Equal", (a, b) -> a == b ? 1 : 0),
            Map.entry("LogicalAnd", (a, b) -> a * b),
            Map.entry("LogicalOr", Math::max));
    private static final Map<String, Reduction> REDUCE = Map.of(
            "Mean",
            Reduction.MEAN,
            "Sum",
            Reduction.SUM,
            "Max",
            Reduction.MAX,
            "Min",
            Reduction.MIN,
            "Prod",
            Reduction.PROD);

    Evaluation(Graph graph) {
        super(graph);
    }

    @Override
    Array variable(String name, Constant value) {
        return value.values();
    }

    @Override
    List<Array> apply(Node node, List<Array> in) {
        return node.operator().equals("IdentityN") ? in : List.of(compute(node, in));
    }

    private static Array compute(Node node, List<Array> in) {
        String operator = node.operator();
        if (operator.equals("Const")) {
            return Constant.of(node.attribute("value").message(8), 1 << 24).values();
        }
        Array x = in.getFirst();
        if (operator.equals("BiasAdd") && node.text("data_format", "NHWC").startsWith("NC")) {
            int[] shape = new int[x.rank() - 1];
            Arrays.fill(shape, 1);
            shape[0] = -1;
            return x.plus(in.get(1).reshape(shape));
        }
        if (UNARY.containsKey(operator)) {
            return x.map(UNARY.get(operator));
        }
        if (BINARY.containsKey(operator)) {
            return x.with(in.get(1), BINARY.get(operator));
        }
        if (REDUCE.containsKey(operator)) {
            int[] axes = in.get(1).integers();
            return axes.length == 0 ? x : x.reduce(REDUCE.get(operator), node.flag("keep_dims"), axes);
        }
        return switch (operator) {
            case "Identity", "StopGradient", "ReadVariableOp", "PreventGradient", "Cast" -> x;
            case "Shape" ->
                Array.vector(Arrays.stream(x.shape()).asDoubleStream().toArray());
            case "GatherV2", "ResourceGather" ->
                x.gather(in.get(1), in.size() > 2 ? (int) in.get(2).at(0) : 0);
            case "Pack" -> Array.stack(in, (int) node.attribute("axis").number(3, 0));
            case "ConcatV2" ->
                Array.concat(in.subList(0, in.size() - 1), (int) in.getLast().at(0));
            case "StridedSlice" -> Slices.slice(node, in);
            case "LeakyRelu" -> {
                double slope = node.attribute("alpha").real(4, 0.2f);
                yield x.map(v -> v < 0 ? slope * v : v);
            }
            case "Softmax" -> x.softmax(x.rank() - 1);
            case "LogSoftmax" -> x.softmax(x.rank() - 1).map(Math::log);
            case "MatMul" -> matmul(x, in.get(1), node.flag("transpose_a"), node.flag("transpose_b"));
            case "BatchMatMulV2", "BatchMatMul" -> matmul(x, in.get(1), node.flag("adj_x"), node.flag("adj_y"));
            case "SelectV2" -> Array.choose(x, in.get(1), in.get(2));
            case "Einsum" -> Einsum.einsum(node.text("equation", ""), x, in.get(1));
            case "Transpose" -> x.transpose(in.get(1).integers());
            case "Reshape" -> x.reshape(in.get(1).integers());
            case "ExpandDims" -> x.expand((int) in.get(1).at(0));
            case "Squeeze" -> {
                int[] axes =
                        Arrays.stream(node.numbers("squeeze_dims")).map(x::axis).toArray();
                yield x.reshape(IntStream.range(0, x.rank())
                        .filter(i -> Arrays.stream(axes).noneMatch(a -> a == i))
                        .map(x::size)
                        .toArray());
            }
            case "Pad", "PadV2" -> {
                int[] pads = in.get(1).integers();
                yield x.pad(
                        IntStream.range(0, x.rank()).map(i -> pads[2 * i]).toArray(),
                        IntStream.range(0, x.rank()).map(i -> pads[2 * i + 1]).toArray(),
                        in.size() > 2 ? in.get(2).at(0) : 0);
            }
            case "ArgMax" -> largest(x, x.axis((int) in.get(1).at(0)));
            case "Conv2D" ->
                Windows.convolve(
                        x,
                        in.get(1),
                        window(node, x, in.get(1)),
                        x.size(3) / in.get(1).size(2));
            case "DepthwiseConv2dNative" -> Windows.depthwise(x, in.get(1), window(node, x, in.get(1)));
            case "MaxPool" -> Windows.maxPool(x, pool(node, x));
            case "AvgPool" -> Windows.averagePool(x, pool(node, x));
            default -> throw node.refuse("is not evaluated");
        };
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

    private static Array largest(Array x, int axis) {
        Array best = x.select(axis, 0);
        Array at = best.map(v -> 0);
        for (int i = 1; i < x.size(axis); i++) {
            int place = i;
            Array next = x.select(axis, i);
            Array larger = next.with(best, (a, b) -> a > b ? 1 : 0);
            at = at.with(larger, (old, l) -> l != 0 ? place : old);
            best = best.with(next, Math::max);
        }
        return at;
    }

    private static Window window(Node node, Array x, Array kernel) {
        return window(node, x, new int[] {kernel.size(0), kernel.size(1)}, node.numbers("dilations"));
    }

    private static Window pool(Node node, Array x) {
        int[] size = node.numbers("ksize");
        return window(node, x, new int[] {size[1], size[2]}, new int[] {1, 1, 1, 1});
    }

    private static Window window(Node node, Array x, int[] size, int[] dilations) {
        int[] steps = node.numbers("strides");
        int[] strides = {steps[1], steps[2]};
        int[] apart = dilations.length == 4 ? new int[] {dilations[1], dilations[2]} : new int[] {1, 1};
        return node.text("padding", "VALID").equals("SAME")
                ? Window.same(new int[] {x.size(1), x.size(2)}, size, strides, apart)
                : Window.valid(size, strides, apart);
    }
}
