package io.mlaas.onnx.tensorflow;

import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.numeric.Windows;
import io.mlaas.onnx.numeric.Windows.Window;
import io.mlaas.onnx.tensorflow.Evaluation.Calculation;
import io.mlaas.onnx.tensorflow.Graph.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Convolutions, pooling, normalisation and resizing in 64-bit floats, with channels last. */
final class WindowCalculation {
    private WindowCalculation() {}

    static void register(Map<String, Calculation> table) {
        table.put("Conv2D", WindowCalculation::convolved);
        table.put("Conv3D", WindowCalculation::convolved);
        table.put(
                "DepthwiseConv2dNative",
                (node, in) -> Windows.depthwise(
                        in.get(0),
                        in.get(1),
                        window(node, in.get(0), spatialOf(in.get(1).shape(), 0))));
        table.put("Conv2DBackpropInput", WindowCalculation::transposed);
        table.put("Conv3DBackpropInputV2", WindowCalculation::transposed);
        for (String suffix : List.of("", "3D")) {
            table.put("MaxPool" + suffix, (node, in) -> Windows.maxPool(in.getFirst(), pool(node, in.getFirst())));
            table.put("AvgPool" + suffix, (node, in) -> Windows.averagePool(in.getFirst(), pool(node, in.getFirst())));
        }
        for (String version : List.of("", "V2", "V3")) {
            table.put("FusedBatchNorm" + version, WindowCalculation::normalized);
        }
        table.put("ResizeBilinear", (node, in) -> resized(node, in, WindowCalculation::linear));
        table.put("ResizeNearestNeighbor", (node, in) -> resized(node, in, WindowCalculation::nearest));
    }

    private static Array convolved(Node node, List<Array> in) {
        Array x = in.get(0);
        Array kernel = in.get(1);
        return Windows.convolve(x, kernel, window(node, x, spatialOf(kernel.shape(), 0)), x.size(-1) / kernel.size(-2));
    }

    private static int[] spatialOf(int[] all, int first) {
        return Arrays.copyOfRange(all, first, first + all.length - 2);
    }

    private static Array transposed(Node node, List<Array> in) {
        int[] result = in.get(0).integers();
        Array kernel = in.get(1);
        Array like = Array.full(0, result);
        Window window = window(node, like, spatialOf(kernel.shape(), 0));
        return Windows.transposed(in.get(2), kernel, window, spatialOf(result, 1));
    }

    private static Window pool(Node node, Array x) {
        return window(node, x, spatialOf(node.numbers("ksize"), 1));
    }

    private static Window window(Node node, Array x, int[] size) {
        int[] strides = spatialOf(node.numbers("strides"), 1);
        int[] given = node.numbers("dilations");
        int[] apart = new int[size.length];
        Arrays.fill(apart, 1);
        int[] dilations = given.length == size.length + 2 ? spatialOf(given, 1) : apart;
        return switch (node.text("padding", "VALID")) {
            case "SAME" -> Window.same(spatialOf(x.shape(), 1), size, strides, dilations);
            case "EXPLICIT" -> {
                int[] pads = node.numbers("explicit_paddings");
                int[] before = IntStream.range(1, size.length + 1)
                        .map(i -> pads[2 * i])
                        .toArray();
                int[] after = IntStream.range(1, size.length + 1)
                        .map(i -> pads[2 * i + 1])
                        .toArray();
                yield new Window(size, strides, dilations, before, after);
            }
            default -> Window.valid(size, strides, dilations);
        };
    }

    private static Array normalized(Node node, List<Array> in) {
        double epsilon = node.attribute("epsilon").real(4, 1e-4f);
        Array factor =
                in.get(4).map(variance -> 1 / Math.sqrt(variance + epsilon)).times(in.get(1));
        return in.get(0).scaled(factor, in.get(2).minus(in.get(3).times(factor)));
    }

    /** How much of each old position goes into the one at {@code at}. */
    private interface Mixture {
        double[] weights(double at, int length, boolean half);
    }

    private static Array resized(Node node, List<Array> in, Mixture mixture) {
        Array x = in.getFirst();
        for (int axis = 1; axis <= 2; axis++) {
            int from = x.size(axis);
            int to = (int) in.get(1).at(axis - 1);
            x = along(x, axis, matrix(node, from, to, mixture));
        }
        return x;
    }

    private static Array matrix(Node node, int from, int to, Mixture mixture) {
        boolean corners = node.flag("align_corners");
        boolean half = node.flag("half_pixel_centers");
        double[] all = new double[to * from];
        for (int i = 0; i < to; i++) {
            double scale = corners && to > 1 ? (from - 1.0) / (to - 1) : (double) from / to;
            double at = half ? (i + 0.5) * scale - 0.5 : i * scale;
            System.arraycopy(mixture.weights(at, from, half || corners), 0, all, i * from, from);
        }
        return Array.of(all, to, from);
    }

    private static Array along(Array x, int axis, Array matrix) {
        int[] order = IntStream.range(0, x.rank()).toArray();
        order[axis] = x.rank() - 1;
        order[x.rank() - 1] = axis;
        Array last = x.transpose(order);
        return last.matmul(matrix.transpose(1, 0)).transpose(order);
    }

    private static double[] linear(double at, int length, boolean half) {
        double[] weights = new double[length];
        double inside = Math.clamp(at, 0, length - 1);
        int low = (int) Math.floor(inside);
        weights[low] += 1 - (inside - low);
        weights[Math.min(low + 1, length - 1)] += inside - low;
        return weights;
    }

    private static double[] nearest(double at, int length, boolean half) {
        double[] weights = new double[length];
        weights[Math.clamp((int) Math.floor(half ? at + 0.5 : at), 0, length - 1)] = 1;
        return weights;
    }
}
