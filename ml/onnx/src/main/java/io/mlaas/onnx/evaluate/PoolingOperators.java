package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Pooling over (batch, channels, space …). */
final class PoolingOperators {
    private static final int MAX_WINDOWS = 256;

    private PoolingOperators() {}

    static void register(OperatorTable table) {
        for (int axes = 1; axes <= 3; axes++) {
            int space = axes;
            table.add(
                    "max_pool" + axes + "d",
                    "self kernel_size stride=[] padding=0 dilation=1 ceil_mode=False",
                    "MaxPool",
                    c -> maxPool(c, space));
            table.add(
                    "max_pool" + axes + "d_with_indices",
                    "self kernel_size stride=[] padding=0 dilation=1 ceil_mode=False",
                    "MaxPool",
                    c -> new Value.Tuple(List.of(maxPool(c, space), Value.NONE)));
            String divisor = axes == 1 ? "" : " divisor_override=None";
            table.add(
                    "avg_pool" + axes + "d",
                    "self kernel_size stride=[] padding=0 ceil_mode=False count_include_pad=True" + divisor,
                    "AveragePool",
                    c -> averagePool(c, space));
            table.add(
                    "adaptive_avg_pool" + axes + "d",
                    "self output_size",
                    "GlobalAveragePool, AveragePool or MatMul",
                    c -> adaptiveAverage(c, space));
            table.add(
                    "adaptive_max_pool" + axes + "d",
                    "self output_size",
                    "MaxPool",
                    c -> new Value.Tuple(List.of(adaptiveMax(c, space), Value.NONE)));
        }
    }

    private static Tensor input(Call call, int axes) {
        return ConvolutionOperators.batched(call, call.tensor("self"), axes);
    }

    private static Value result(Call call, Tensor pooled) {
        return Values.of(
                call.tensor("self").rank() == pooled.rank() ? pooled : ShapeOperators.squeeze(call, pooled, 0));
    }

    private static long[] stride(Call call, int axes) {
        return call.dims("stride").isEmpty() ? call.window("kernel_size", axes) : call.window("stride", axes);
    }

    private static Value maxPool(Call call, int axes) {
        long[] dilation = call.window("dilation", axes);
        return pool(call, axes, "MaxPool", dilation, Attribute.of("dilations", dilation));
    }

    private static Value averagePool(Call call, int axes) {
        long[] ones = new long[axes];
        Arrays.fill(ones, 1);
        return pool(call, axes, "AveragePool", ones);
    }

    /**
     * With {@code ceil_mode} the last window may overhang the padded input, which never counts for an average; a window that
     * would begin behind the input is left out.
     */
    private static Value pool(Call call, int axes, String onnx, long[] dilation, Attribute... extra) {
        Tensor input = input(call, axes);
        long[] kernel = call.window("kernel_size", axes);
        long[] stride = stride(call, axes);
        long[] padding = call.window("padding", axes);
        long[] begin = padding.clone();
        long[] end = padding.clone();
        boolean overhangs = false;
        Shape shape = new Shape(input.shape().dims().subList(0, 2));
        for (int i = 0; i < axes; i++) {
            Dim span = input.size(2 + i).plus(2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1);
            Dim steps = ConvolutionOperators.steps(call, span, stride[i]);
            if (call.bool("ceil_mode")) {
                call.require(span.isConstant(), "ceil_mode on an axis of size " + input.size(2 + i));
                long up = Math.ceilDiv(span.value(), stride[i]);
                if (up * stride[i] >= input.size(2 + i).value() + padding[i]) {
                    up--;
                }
                long over = Math.max(0, up * stride[i] - span.value());
                end[i] += over;
                overhangs |= over > 0;
                steps = Dim.of(up);
            }
            shape = shape.inserted(2 + i, steps.plus(1));
        }
        List<Attribute> attributes = new ArrayList<>(List.of(extra));
        boolean average = onnx.equals("AveragePool");
        boolean counts = average && (call.bool("count_include_pad") || divisor(call, axes) != 0);
        Tensor padded = input;
        if (overhangs && counts) {
            // what the caller padded counts, what overhangs does not
            long[] sides = new long[2 * axes];
            for (int i = 0; i < axes; i++) {
                sides[2 * (axes - 1 - i)] = padding[i];
                sides[2 * (axes - 1 - i) + 1] = padding[i];
                begin[i] -= padding[i];
                end[i] -= padding[i];
            }
            padded = ConvolutionOperators.padded(call, input, sides, "constant", 0);
        }
        if (average) {
            attributes.add(Attribute.of("count_include_pad", counts && !overhangs ? 1 : 0));
        }
        attributes.add(Attribute.of("kernel_shape", kernel));
        attributes.add(Attribute.of(
                "pads",
                LongStream.concat(Arrays.stream(begin), Arrays.stream(end)).toArray()));
        attributes.add(Attribute.of("strides", stride));
        Tensor pooled = ConvolutionOperators.windowed(
                call, onnx, padded, shape, List.of(padded), attributes.toArray(Attribute[]::new));
        double divisor = average ? divisor(call, axes) : 0;
        if (divisor != 0) {
            call.require(!overhangs, "divisor_override where the last window overhangs the input");
            double elements = Arrays.stream(kernel).reduce(1, (a, b) -> a * b);
            pooled = ActivationOperators.times(call, pooled, elements / divisor);
        }
        return result(call, pooled);
    }

    private static double divisor(Call call, int axes) {
        return axes > 1 && call.given("divisor_override") ? call.real("divisor_override") : 0;
    }

    private static List<Dim> outputSize(Call call, Tensor input, int axes) {
        List<Value> sizes =
                call.value("output_size") instanceof Value.Int one ? List.of(one) : call.items("output_size");
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < axes; i++) {
            Value size = sizes.get(sizes.size() == 1 ? 0 : i);
            dims.add(size instanceof Value.Int wanted ? wanted.dim() : input.size(2 + i));
        }
        return dims;
    }

    private static Value adaptiveAverage(Call call, int axes) {
        Tensor input = input(call, axes);
        List<Dim> wanted = outputSize(call, input, axes);
        Shape shape = new Shape(input.shape().dims().subList(0, 2));
        for (Dim size : wanted) {
            shape = shape.inserted(shape.rank(), size);
        }
        if (wanted.stream().allMatch(d -> d.is(1))) {
            return result(call, call.node("GlobalAveragePool", input.type(), shape, List.of(input)));
        }
        if (shape.equals(input.shape())) {
            return Values.of(call.tensor("self"));
        }
        call.require(
                new Shape(input.shape().dims().subList(2, axes + 2)).isConstant() && new Shape(wanted).isConstant(),
                "output_size " + wanted + " for an input of shape " + input.shape());
        if (divides(input, wanted)) {
            return result(call, equalWindows(call, "AveragePool", input, shape, wanted));
        }
        call.require(axes <= 2, "output_size " + wanted + " (expected: divisors of " + input.shape() + ")");
        return result(call, averageByMatrices(call, input, wanted));
    }

    private static boolean divides(Tensor input, List<Dim> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            if (input.size(2 + i).value() % wanted.get(i).value() != 0) {
                return false;
            }
        }
        return true;
    }

    private static Tensor equalWindows(Call call, String onnx, Tensor input, Shape shape, List<Dim> wanted) {
        long[] kernel = new long[wanted.size()];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = input.size(2 + i).value() / wanted.get(i).value();
        }
        return call.node(
                onnx,
                input.type(),
                shape,
                List.of(input),
                Attribute.of("kernel_shape", kernel),
                Attribute.of("strides", kernel));
    }

    /** Averaging over windows of different lengths is linear: a matrix from the right, and for rows one from the left. */
    private static Tensor averageByMatrices(Call call, Tensor input, List<Dim> wanted) {
        int last = input.rank() - 1;
        for (int i = 0; i < wanted.size(); i++) {
            call.require(
                    input.size(2 + i)
                                    .times(wanted.get(i))
                                    .compare(Dim.of(1 << 20))
                                    .orElse(1)
                            <= 0,
                    "output_size " + wanted + " for an input of shape " + input.shape());
        }
        long columnsIn = input.size(last).value();
        Dim columns = wanted.getLast();
        double[] right = averages(columnsIn, columns.value());
        double[] transposed = new double[right.length];
        for (int out = 0; out < columns.value(); out++) {
            for (int in = 0; in < columnsIn; in++) {
                transposed[(int) (in * columns.value()) + out] = right[(int) (out * columnsIn) + in];
            }
        }
        Tensor weights = call.graph().numbers(input.type(), Shape.of(columnsIn, columns.value()), transposed);
        Tensor pooled = LinearOperators.matmul(call, input, weights);
        if (wanted.size() == 1) {
            return pooled;
        }
        long rowsIn = input.size(2).value();
        long rows = wanted.getFirst().value();
        Tensor left = call.graph().numbers(input.type(), Shape.of(rows, rowsIn), averages(rowsIn, rows));
        return LinearOperators.matmul(call, left, pooled);
    }

    /** Row o averages the inputs from ⌊o·in/out⌋ to ⌈(o+1)·in/out⌉, as PyTorch's AdaptiveAveragePooling does. */
    private static double[] averages(long in, long out) {
        double[] matrix = new double[(int) (in * out)];
        for (int o = 0; o < out; o++) {
            int start = (int) (o * in / out);
            int end = (int) Math.ceilDiv((o + 1) * in, out);
            for (int i = start; i < end; i++) {
                matrix[(int) (o * in) + i] = 1.0 / (end - start);
            }
        }
        return matrix;
    }

    private static Value adaptiveMax(Call call, int axes) {
        Tensor input = input(call, axes);
        List<Dim> wanted = outputSize(call, input, axes);
        call.require(
                new Shape(input.shape().dims().subList(2, axes + 2)).isConstant() && new Shape(wanted).isConstant(),
                "output_size " + wanted + " for an input of shape " + input.shape());
        Shape shape = new Shape(input.shape().dims().subList(0, 2));
        for (Dim size : wanted) {
            shape = shape.inserted(shape.rank(), size);
        }
        if (divides(input, wanted)) {
            return result(call, equalWindows(call, "MaxPool", input, shape, wanted));
        }
        Tensor pooled = input;
        for (int i = 0; i < axes; i++) {
            pooled = largest(call, pooled, 2 + i, wanted.get(i).value());
        }
        return result(call, pooled);
    }

    /** The largest of each window of one axis, from ⌊o·in/out⌋ to ⌈(o+1)·in/out⌉. */
    private static Tensor largest(Call call, Tensor input, int axis, long out) {
        long in = input.size(axis).value();
        call.require(
                out >= 1 && out <= MAX_WINDOWS, "output_size: " + out + " (expected: at most " + MAX_WINDOWS + ")");
        List<Tensor> windows = new ArrayList<>();
        for (long o = 0; o < out; o++) {
            Dim start = Dim.of(o * in / out);
            Dim end = Dim.of(Math.ceilDiv((o + 1) * in, out));
            Tensor window = IndexOperators.range(call, input, axis, start, end, 1);
            windows.add(ReductionOperators.reduce(call, "ReduceMax", window, new int[] {axis}, true));
        }
        return ShapeOperators.concat(call, windows, axis);
    }
}
