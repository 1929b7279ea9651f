package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.nodes.WindowNodes;
import io.mlaas.onnx.nodes.WindowNodes.Padding;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Writes ONNX nodes for TensorFlow's. */
final class Emission extends Interpreter<Traced> {
    static final Map<String, String> UNARY = Map.ofEntries(
            Map.entry("Relu", "Relu"),
            Map.entry("Elu", "Elu"),
            Map.entry("Selu", "Selu"),
            Map.entry("Sigmoid", "Sigmoid"),
            Map.entry("Tanh", "Tanh"),
            Map.entry("Softplus", "Softplus"),
            Map.entry("Softsign", "Softsign"),
            Map.entry("Exp", "Exp"),
            Map.entry("Log", "Log"),
            Map.entry("Neg", "Neg"),
            Map.entry("Abs", "Abs"),
            Map.entry("Sqrt", "Sqrt"),
            Map.entry("Erf", "Erf"),
            Map.entry("Floor", "Floor"),
            Map.entry("Ceil", "Ceil"),
            Map.entry("LogicalNot", "Not"));
    static final Map<String, String> BINARY = Map.of(
            "AddV2", "Add", "Add", "Add", "Sub", "Sub", "Mul", "Mul", "RealDiv", "Div", "Maximum", "Max", "Minimum",
            "Min", "Pow", "Pow");
    static final Map<String, String> COMPARE = Map.of(
            "Greater",
            "Greater",
            "Less",
            "Less",
            "GreaterEqual",
            "GreaterOrEqual",
            "LessEqual",
            "LessOrEqual",
            "Equal",
            "Equal",
            "LogicalAnd",
            "And",
            "LogicalOr",
            "Or");
    static final Map<String, String> REDUCE = Map.of(
            "Mean", "ReduceMean", "Sum", "ReduceSum", "Max", "ReduceMax", "Min", "ReduceMin", "Prod", "ReduceProd");

    private final Nodes nodes;
    private final SortedMap<String, Integer> used = new TreeMap<>();

    Emission(Graph graph, Nodes nodes) {
        super(graph);
        this.nodes = nodes;
    }

    SortedMap<String, Integer> used() {
        return used;
    }

    @Override
    Traced variable(String name, Constant value) {
        return Traced.of(value, name);
    }

    /** The value as a tensor of the graph. */
    Tensor tensor(Traced value) {
        if (value.tensor().isPresent()) {
            return value.tensor().get();
        }
        if (value.constant().isPresent()) {
            Constant constant = value.constant().get();
            if (constant.type().isFloating()) {
                return value.name().isEmpty()
                        ? nodes.numbers(constant.values())
                        : nodes.stored(value.name(), constant.values());
            }
            return nodes.numbers(constant.type(), constant.values());
        }
        Shape sizes = new Shape(value.sizes().orElseThrow());
        Tensor vector = nodes.graph().cast(nodes.graph().sizes(sizes), ElementType.INT32);
        return value.scalar() ? nodes.squeeze(vector, 0) : vector;
    }

    private static List<Dim> sizes(Node node, Traced value) {
        return value.sizes().orElseThrow(() -> node.refuse("sizes that depend on the values of a tensor"));
    }

    private static int[] constants(Node node, Traced value) {
        return sizes(node, value).stream().mapToInt(d -> (int) d.value()).toArray();
    }

    @Override
    List<Traced> apply(Node node, List<Traced> inputs) {
        used.merge(node.operator(), 1, Integer::sum);
        nodes.graph().locate(node.name(), "tensorflow " + node.operator());
        try {
            return emit(node, inputs);
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException | ArithmeticException e) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "node " + node.name() + " (" + node.operator() + "): " + e.getMessage(),
                    e);
        }
    }

    private List<Traced> emit(Node node, List<Traced> in) {
        String operator = node.operator();
        return switch (operator) {
            case "Identity", "StopGradient", "ReadVariableOp", "PreventGradient" -> List.of(in.getFirst());
            case "IdentityN" -> in;
            case "Const" ->
                List.of(Traced.of(Constant.of(node.attribute("value").message(8), 1 << 24), ""));
            case "Shape" -> List.of(Traced.of(shape(in.getFirst()).dims(), false));
            case "GatherV2", "ResourceGather" -> List.of(gather(node, in));
            case "Pack" -> List.of(pack(node, in));
            case "ConcatV2" -> List.of(concat(node, in));
            case "StridedSlice" -> List.of(Slices.slice(this, node, in));
            case "Cast" -> List.of(cast(node, in.getFirst()));
            default -> {
                if (in.stream().allMatch(v -> v.sizes().isPresent()) && SizeArithmetic.covers(operator)) {
                    yield List.of(SizeArithmetic.apply(node, in));
                }
                yield List.of(Traced.of(compute(node, in)));
            }
        };
    }

    Nodes nodes() {
        return nodes;
    }

    private static Shape shape(Traced value) {
        return value.tensor().map(Tensor::shape).orElseGet(() -> value.constant()
                .map(c -> Nodes.shape(c.values()))
                .orElseGet(() -> Shape.of(value.sizes().orElseThrow().size())));
    }

    private Traced gather(Node node, List<Traced> in) {
        boolean sizes = in.get(0).sizes().isPresent() && in.get(1).sizes().isPresent();
        if (sizes) {
            List<Dim> all = sizes(node, in.get(0));
            int[] indices = constants(node, in.get(1));
            return Traced.of(
                    Arrays.stream(indices).mapToObj(all::get).toList(),
                    in.get(1).scalar());
        }
        int axis = in.size() > 2 ? constants(node, in.get(2))[0] : 0;
        if (node.attribute("batch_dims").number(3, 0) != 0) {
            throw node.refuse("batch_dims");
        }
        return Traced.of(nodes.gather(tensor(in.get(0)), tensor(in.get(1)), axis));
    }

    private Traced pack(Node node, List<Traced> in) {
        if (in.stream().allMatch(v -> v.sizes().isPresent() && v.scalar())) {
            return Traced.of(in.stream().map(v -> sizes(node, v).getFirst()).toList(), false);
        }
        int axis = (int) node.attribute("axis").number(3, 0);
        return Traced.of(nodes.concat(
                in.stream().map(v -> nodes.unsqueeze(tensor(v), axis)).toList(), axis));
    }

    private Traced concat(Node node, List<Traced> in) {
        List<Traced> parts = in.subList(0, in.size() - 1);
        if (parts.stream().allMatch(v -> v.sizes().isPresent() && !v.scalar())) {
            return Traced.of(
                    parts.stream().flatMap(v -> sizes(node, v).stream()).toList(), false);
        }
        return Traced.of(nodes.concat(parts.stream().map(this::tensor).toList(), constants(node, in.getLast())[0]));
    }

    private Traced cast(Node node, Traced in) {
        ElementType type = Constant.type(node.attribute("DstT").number(6, 1));
        if (in.sizes().isPresent() && !type.isFloating()) {
            return in;
        }
        return Traced.of(nodes.graph().cast(tensor(in), type.isFloating() ? nodes.real() : type));
    }

    private Tensor compute(Node node, List<Traced> in) {
        String operator = node.operator();
        if (UNARY.containsKey(operator)) {
            return nodes.unary(UNARY.get(operator), tensor(in.getFirst()));
        }
        if (BINARY.containsKey(operator)) {
            return nodes.binary(BINARY.get(operator), tensor(in.get(0)), tensor(in.get(1)));
        }
        if (COMPARE.containsKey(operator)) {
            return nodes.compare(COMPARE.get(operator), tensor(in.get(0)), tensor(in.get(1)));
        }
        if (REDUCE.containsKey(operator)) {
            return nodes.reduce(
                    REDUCE.get(operator), tensor(in.get(0)), node.flag("keep_dims"), constants(node, in.get(1)));
        }
        Tensor x = tensor(in.getFirst());
        return switch (operator) {
            case "LeakyRelu" ->
                nodes.unary(
                        "LeakyRelu",
                        x,
                        Attribute.of("alpha", node.attribute("alpha").real(4, 0.2f)));
            case "Relu6" -> nodes.clip(x, 0, 6);
            case "Rsqrt" -> nodes.unary("Reciprocal", nodes.unary("Sqrt", x));
            case "Reciprocal", "Inv" -> nodes.unary("Reciprocal", x);
            case "Square" -> nodes.mul(x, x);
            case "Erfc" -> nodes.sub(nodes.number(1), nodes.unary("Erf", x));
            case "SquaredDifference" -> {
                Tensor difference = nodes.sub(x, tensor(in.get(1)));
                yield nodes.mul(difference, difference);
            }
            case "Softmax" -> nodes.softmax(x, -1);
            case "LogSoftmax" -> nodes.unary("LogSoftmax", x, Attribute.of("axis", -1));
            case "MatMul" -> matmul(x, tensor(in.get(1)), node.flag("transpose_a"), node.flag("transpose_b"));
            case "BatchMatMulV2", "BatchMatMul" -> matmul(x, tensor(in.get(1)), node.flag("adj_x"), node.flag("adj_y"));
            case "Einsum" ->
                nodes.einsum(
                        node.text("equation", ""), in.stream().map(this::tensor).toList());
            case "BiasAdd" -> nodes.add(x, biasFor(node, x, tensor(in.get(1))));
            case "SelectV2" -> nodes.where(x, tensor(in.get(1)), tensor(in.get(2)));
            case "Transpose" -> nodes.graph().transpose(x, constants(node, in.get(1)));
            case "Reshape" -> reshape(node, x, sizes(node, in.get(1)));
            case "ExpandDims" -> nodes.unsqueeze(x, constants(node, in.get(1))[0]);
            case "Squeeze" -> {
                int rank = x.rank();
                Tensor y = x;
                int[] axes = Arrays.stream(node.numbers("squeeze_dims"))
                        .map(a -> a < 0 ? a + rank : a)
                        .sorted()
                        .toArray();
                for (int i = axes.length - 1; i >= 0; i--) {
                    y = nodes.squeeze(y, axes[i]);
                }
                yield y;
            }
            case "Pad", "PadV2" -> {
                Array pads = in.get(1)
                        .constant()
                        .orElseThrow(() -> node.refuse("computed padding"))
                        .values();
                int[] before = IntStream.range(0, x.rank())
                        .map(i -> (int) pads.at(2 * i))
                        .toArray();
                int[] after = IntStream.range(0, x.rank())
                        .map(i -> (int) pads.at(2 * i + 1))
                        .toArray();
                double value = in.size() > 2
                        ? in.get(2)
                                .constant()
                                .orElseThrow(() -> node.refuse("computed padding"))
                                .values()
                                .at(0)
                        : 0;
                yield nodes.pad(x, before, after, value);
            }
            case "ArgMax" -> {
                int axis = x.shape().axis(constants(node, in.get(1))[0]);
                yield nodes.graph()
                        .node(
                                "ArgMax",
                                ElementType.INT64,
                                x.shape().without(axis),
                                List.of(x),
                                Attribute.of("axis", axis),
                                Attribute.of("keepdims", 0));
            }
            case "Conv2D" -> convolve(node, x, in.get(1), false);
            case "DepthwiseConv2dNative" -> convolve(node, x, in.get(1), true);
            case "MaxPool" -> pool(node, x, "MaxPool");
            case "AvgPool" -> pool(node, x, "AveragePool");
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_OPERATOR,
                        "node " + node.name() + ": operator " + operator + " is not translated");
        };
    }

    private Tensor matmul(Tensor a, Tensor b, boolean left, boolean right) {
        return nodes.matmul(left ? nodes.transposedMatrix(a) : a, right ? nodes.transposedMatrix(b) : b);
    }

    private Tensor biasFor(Node node, Tensor x, Tensor bias) {
        if (!node.text("data_format", "NHWC").startsWith("NC")) {
            return bias;
        }
        List<Dim> dims = new ArrayList<>(List.of(bias.size(0)));
        IntStream.range(2, x.rank()).forEach(i -> dims.add(Dim.of(1)));
        return nodes.graph().reshape(bias, new Shape(dims));
    }

    private Tensor reshape(Node node, Tensor x, List<Dim> target) {
        List<Dim> dims = new ArrayList<>(target);
        int open = -1;
        Dim known = Dim.of(1);
        for (int i = 0; i < dims.size(); i++) {
            if (dims.get(i).is(-1)) {
                open = i;
            } else {
                known = known.times(dims.get(i));
            }
        }
        if (open >= 0) {
            dims.set(open, x.shape().elements().dividedBy(known).orElseThrow(() -> node.refuse("shape " + target)));
        }
        return nodes.graph().reshape(x, new Shape(dims));
    }

    private static Padding padding(Node node) {
        return switch (node.text("padding", "VALID")) {
            case "VALID" -> Padding.VALID;
            case "SAME" -> Padding.SAME;
            default -> throw node.refuse("padding: " + node.text("padding", "") + " (expected: VALID or SAME)");
        };
    }

    private static int[] spatial(Node node, String key) {
        int[] all = node.numbers(key);
        return all.length == 4 ? new int[] {all[1], all[2]} : new int[] {1, 1};
    }

    private static void channelsLast(Node node) {
        if (!node.text("data_format", "NHWC").equals("NHWC")) {
            throw node.refuse("data_format (expected: NHWC)");
        }
    }

    private Tensor convolve(Node node, Tensor x, Traced filter, boolean depthwise) {
        channelsLast(node);
        Array kernel = filter.constant()
                .orElseThrow(() -> node.refuse("a kernel that is computed"))
                .values();
        WindowNodes windows = new WindowNodes(nodes);
        Array ordered = depthwise
                ? kernel.transpose(2, 3, 0, 1)
                        .reshape(kernel.size(2) * kernel.size(3), 1, kernel.size(0), kernel.size(1))
                : kernel.transpose(3, 2, 0, 1);
        String name = (filter.name().isEmpty() ? node.name() : filter.name()) + (depthwise ? "/depthwise" : "");
        int groups = depthwise ? kernel.size(2) : (int) x.size(3).value() / kernel.size(2);
        Tensor y = windows.convolve(
                windows.channelsSecond(x),
                windows.kernel(name, () -> ordered),
                spatial(node, "strides"),
                spatial(node, "dilations"),
                padding(node),
                groups);
        return windows.channelsLast(y);
    }

    private Tensor pool(Node node, Tensor x, String operator) {
        channelsLast(node);
        WindowNodes windows = new WindowNodes(nodes);
        return windows.channelsLast(windows.pool(
                operator, windows.channelsSecond(x), spatial(node, "ksize"), spatial(node, "strides"), padding(node)));
    }
}
