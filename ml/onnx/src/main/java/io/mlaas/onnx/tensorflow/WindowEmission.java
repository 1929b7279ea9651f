package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.nodes.WindowNodes;
import io.mlaas.onnx.nodes.WindowNodes.Padding;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.tensorflow.Emission.Operator;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Convolutions, pooling, normalisation by stored moments, and resizing of images; channels last. */
final class WindowEmission {
    private WindowEmission() {}

    static void register(Map<String, Operator> table) {
        table.put("Conv2D", Operator.tensor(WindowEmission::convolve));
        table.put("Conv3D", Operator.tensor(WindowEmission::convolve));
        table.put("DepthwiseConv2dNative", Operator.tensor(WindowEmission::depthwise));
        table.put("Conv2DBackpropInput", Operator.tensor(WindowEmission::transposed));
        table.put("Conv3DBackpropInputV2", Operator.tensor(WindowEmission::transposed));
        table.put("MaxPool", Operator.tensor((e, node, in) -> pool(e, node, in, "MaxPool")));
        table.put("MaxPool3D", Operator.tensor((e, node, in) -> pool(e, node, in, "MaxPool")));
        table.put("AvgPool", Operator.tensor((e, node, in) -> pool(e, node, in, "AveragePool")));
        table.put("AvgPool3D", Operator.tensor((e, node, in) -> pool(e, node, in, "AveragePool")));
        for (String name : List.of("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")) {
            table.put(name, Operator.tensor(WindowEmission::normalized));
        }
        for (String name : List.of("ResizeBilinear", "ResizeNearestNeighbor")) {
            table.put(name, Operator.tensor(WindowEmission::resized));
        }
    }

    static void channelsLast(Node node) {
        String format = node.text("data_format", "NHWC");
        if (!format.equals("NHWC") && !format.equals("NDHWC")) {
            throw node.refuse("data_format " + format + " (expected: channels last)");
        }
    }

    private static int[] spatial(Node node, String key, int rank) {
        int[] all = node.numbers(key);
        if (all.length == rank) {
            return Arrays.copyOfRange(all, 1, rank - 1);
        }
        int[] ones = new int[rank - 2];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Padding padding(Node node) {
        return switch (node.text("padding", "VALID")) {
            case "VALID", "EXPLICIT" -> Padding.VALID;
            case "SAME" -> Padding.SAME;
            default -> throw node.refuse("padding: " + node.text("padding", "") + " (expected: VALID or SAME)");
        };
    }

    /** With the margin that a node states by numbers. */
    private static Tensor withMargin(Emission e, Node node, Tensor x) {
        if (!node.text("padding", "VALID").equals("EXPLICIT")) {
            return x;
        }
        int[] pads = node.numbers("explicit_paddings");
        return e.nodes()
                .pad(
                        x,
                        IntStream.range(0, x.rank()).map(i -> pads[2 * i]).toArray(),
                        IntStream.range(0, x.rank()).map(i -> pads[2 * i + 1]).toArray(),
                        0);
    }

    /** The kernel with its axes in ONNX's order: stored so where it is stored, turned by a node where it is computed. */
    private static Tensor kernel(Emission e, Node node, Traced filter, String suffix, int... order) {
        if (filter.constant().isEmpty()) {
            return e.nodes().graph().transpose(e.tensor(filter), order);
        }
        Array stored = filter.constant().get().values();
        String name = (filter.name().isEmpty() ? node.name() : filter.name()) + suffix;
        return new WindowNodes(e.nodes()).kernel(name, () -> stored.transpose(order));
    }

    private static int[] kernelOrder(int rank) {
        int[] order = new int[rank];
        order[0] = rank - 1;
        order[1] = rank - 2;
        for (int i = 2; i < rank; i++) {
            order[i] = i - 2;
        }
        return order;
    }

    private static Tensor convolve(Emission e, Node node, List<Traced> in) {
        channelsLast(node);
        Tensor x = withMargin(e, node, e.tensor(in.get(0)));
        Tensor kernel = kernel(e, node, in.get(1), "", kernelOrder(x.rank()));
        int groups = Math.toIntExact(x.size(-1).value() / kernel.size(1).value());
        WindowNodes windows = new WindowNodes(e.nodes());
        return windows.channelsLast(windows.convolve(
                windows.channelsSecond(x),
                kernel,
                spatial(node, "strides", x.rank()),
                spatial(node, "dilations", x.rank()),
                padding(node),
                groups));
    }

    private static Tensor depthwise(Emission e, Node node, List<Traced> in) {
        channelsLast(node);
        Tensor x = withMargin(e, node, e.tensor(in.get(0)));
        Traced filter = in.get(1);
        Tensor ordered = kernel(e, node, filter, "/depthwise", 2, 3, 0, 1);
        Shape shape =
                new Shape(List.of(ordered.size(0).times(ordered.size(1)), Dim.of(1), ordered.size(2), ordered.size(3)));
        WindowNodes windows = new WindowNodes(e.nodes());
        Tensor kernel = e.nodes().graph().reshape(ordered, shape);
        return windows.channelsLast(windows.convolve(
                windows.channelsSecond(x),
                kernel,
                spatial(node, "strides", 4),
                spatial(node, "dilations", 4),
                padding(node),
                (int) ordered.size(0).value()));
    }

    /** The gradient of a convolution by its input: sizes of the result, kernel, what is spread. */
    private static Tensor transposed(Emission e, Node node, List<Traced> in) {
        channelsLast(node);
        Tensor x = e.tensor(in.get(2));
        List<Dim> result = Emission.sizes(node, in.get(0));
        Tensor kernel = kernel(e, node, in.get(1), "/transposed", kernelOrder(x.rank()));
        int[] strides = spatial(node, "strides", x.rank());
        int[] dilations = spatial(node, "dilations", x.rank());
        int axes = strides.length;
        int[] before = new int[axes];
        int[] after = new int[axes];
        int[] extra = new int[axes];
        boolean same = padding(node) == Padding.SAME;
        for (int i = 0; i < axes; i++) {
            long reach = (kernel.size(i + 2).value() - 1) * dilations[i] + 1;
            Dim whole = x.size(i + 1).plus(-1).times(strides[i]).plus(reach);
            // TensorFlow's result may be longer than what is spread, but only shorter where it pads
            int cut = Math.toIntExact(whole.minus(result.get(i + 1)).value());
            if (cut > 0 && !same) {
                throw node.refuse("a result of " + result.get(i + 1) + " (expected: >= " + whole + ")");
            }
            before[i] = Math.max(cut, 0) / 2;
            after[i] = Math.max(cut, 0) - before[i];
            extra[i] = Math.max(-cut, 0);
        }
        WindowNodes windows = new WindowNodes(e.nodes());
        return windows.channelsLast(
                windows.transposed(windows.channelsSecond(x), kernel, strides, dilations, before, after, extra));
    }

    private static Tensor pool(Emission e, Node node, List<Traced> in, String operator) {
        channelsLast(node);
        Tensor x = e.tensor(in.getFirst());
        if (node.text("padding", "VALID").equals("EXPLICIT")) {
            throw node.refuse("padding: EXPLICIT (expected: VALID or SAME)");
        }
        WindowNodes windows = new WindowNodes(e.nodes());
        return windows.channelsLast(windows.pool(
                operator,
                windows.channelsSecond(x),
                spatial(node, "ksize", x.rank()),
                spatial(node, "strides", x.rank()),
                padding(node)));
    }

    private static Tensor normalized(Emission e, Node node, List<Traced> in) {
        channelsLast(node);
        if (!node.attribute("is_training").has(5) || node.flag("is_training")) {
            throw node.refuse("moments of the batch (expected: is_training false)");
        }
        Nodes nodes = e.nodes();
        List<Tensor> t = in.stream().map(e::tensor).toList();
        double epsilon = node.attribute("epsilon").real(4, 1e-4f);
        Tensor deviation = nodes.unary("Sqrt", nodes.add(t.get(4), nodes.number(epsilon)));
        Tensor scaled = nodes.mul(nodes.sub(t.get(0), t.get(3)), nodes.div(t.get(1), deviation));
        return nodes.add(scaled, t.get(2));
    }

    private static Tensor resized(Emission e, Node node, List<Traced> in) {
        Tensor x = e.tensor(in.getFirst());
        List<Dim> size = Emission.sizes(node, in.get(1));
        boolean corners = node.flag("align_corners");
        boolean half = node.flag("half_pixel_centers");
        WindowNodes windows = new WindowNodes(e.nodes());
        Tensor image = windows.channelsSecond(x);
        List<Dim> dims = List.of(image.size(0), image.size(1), size.get(0), size.get(1));
        List<Attribute> attributes = new ArrayList<>();
        attributes.add(Attribute.of(
                "coordinate_transformation_mode", corners ? "align_corners" : half ? "half_pixel" : "asymmetric"));
        if (node.operator().equals("ResizeNearestNeighbor")) {
            attributes.add(Attribute.of("mode", "nearest"));
            attributes.add(Attribute.of("nearest_mode", corners || half ? "round_prefer_ceil" : "floor"));
        } else {
            attributes.add(Attribute.of("mode", "linear"));
        }
        OnnxGraph graph = e.nodes().graph();
        List<Tensor> arguments = new ArrayList<>(Arrays.asList(image, null, null, graph.sizes(new Shape(dims))));
        Tensor y = graph.node("Resize", x.type(), new Shape(dims), arguments, attributes.toArray(Attribute[]::new));
        return windows.channelsLast(y);
    }
}
