package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Convolutions over (batch, channels, space …), padding and resizing. */
final class ConvolutionOperators {
    private ConvolutionOperators() {}

    static void register(OperatorTable table) {
        for (int axes = 1; axes <= 3; axes++) {
            table.add(
                    "conv" + axes + "d",
                    "input weight bias=None stride=1 padding=0 dilation=1 groups=1",
                    "Conv",
                    ConvolutionOperators::convolution);
        }
        for (String name : List.of("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")) {
            table.add(
                    name,
                    "input weight bias=None stride=1 padding=0 output_padding=0 groups=1 dilation=1",
                    "ConvTranspose",
                    ConvolutionOperators::transposed);
        }
        table.add(
                "_convolution",
                "input weight bias stride padding dilation transposed output_padding groups benchmark=False"
                        + " deterministic=False cudnn_enabled=False allow_tf32=False",
                "Conv, ConvTranspose",
                c -> c.bool("transposed") ? transposed(c) : convolution(c));
        table.add(
                "_convolution_mode",
                "input weight bias stride padding dilation groups",
                "Conv",
                ConvolutionOperators::convolution);
        table.add("_pad_circular", "self pad", "Slice, Concat", c -> pad(c, "circular", 0));
        table.add("constant_pad_nd", "self pad value=0", "Pad", c -> pad(c, "constant", c.real("value")));
        table.add(
                "pad",
                "self pad mode=\"constant\" value=None",
                "Pad",
                c -> pad(c, c.text("mode"), c.given("value") ? c.real("value") : 0));
        for (int axes = 1; axes <= 3; axes++) {
            table.add("reflection_pad" + axes + "d", "self pad", "Pad", c -> pad(c, "reflect", 0));
            table.add("replication_pad" + axes + "d", "self pad", "Pad", c -> pad(c, "replicate", 0));
        }
    }

    private static int axes(Call call) {
        return call.tensor("weight").rank() - 2;
    }

    private static Value convolution(Call call) {
        Tensor weight = call.tensor("weight");
        int axes = axes(call);
        Tensor input = batched(call, call.tensor("input"), axes);
        long[] kernel = spatial(weight);
        long[] stride = call.window("stride", axes);
        long[] dilation = call.window("dilation", axes);
        long[] begin;
        long[] end;
        if (call.value("padding") instanceof Value.Text mode) {
            begin = new long[axes];
            end = new long[axes];
            for (int i = 0; i < axes && mode.value().equals("same"); i++) {
                long total = dilation[i] * (kernel[i] - 1);
                begin[i] = total / 2;
                end[i] = total - begin[i];
            }
        } else {
            begin = call.window("padding", axes);
            end = begin;
        }
        long groups = call.integer("groups");
        call.require(
                input.size(1).equals(weight.size(1).times(groups)),
                "input " + input.shape() + " and weight " + weight.shape() + " in " + groups + " groups (expected: "
                        + weight.size(1).times(groups) + " channels)");
        Shape shape = new Shape(List.of(input.size(0), weight.size(0)));
        for (int i = 0; i < axes; i++) {
            Dim padded = input.size(2 + i).plus(begin[i] + end[i] - dilation[i] * (kernel[i] - 1) - 1);
            shape = shape.inserted(2 + i, steps(call, padded, stride[i]).plus(1));
        }
        return Values.of(unbatched(
                call,
                windowed(
                        call,
                        "Conv",
                        input,
                        shape,
                        inputs(call, input, weight),
                        Attribute.of("dilations", dilation),
                        Attribute.of("group", groups),
                        Attribute.of("kernel_shape", kernel),
                        Attribute.of(
                                "pads",
                                LongStream.concat(Arrays.stream(begin), Arrays.stream(end))
                                        .toArray()),
                        Attribute.of("strides", stride))));
    }

    /** A node whose sizes in space may be unknown: those become symbols of their own. */
    static Tensor windowed(
            Call call,
            String onnx,
            Tensor input,
            Shape shape,
            List<? extends @Nullable Tensor> inputs,
            Attribute... attributes) {
        Tensor result = call.node(onnx, input.type(), shape, inputs, attributes);
        for (int i = 2; i < shape.rank(); i++) {
            if (result.size(i).symbols().contains(UNKNOWN)) {
                result = call.graph().withSymbol(result, i, "size");
            }
        }
        return result;
    }

    private static final String UNKNOWN = "?";

    /** ⌊span / stride⌋, or an unknown size that the graph learns at run time. */
    static Dim steps(Call call, Dim span, long stride) {
        call.require(span.compare(Dim.of(0)).orElse(1) >= 0, "a window larger than its input");
        return span.isConstant() || stride == 1 ? span.dividedBy(Dim.of(stride)).orElseThrow() : Dim.symbol(UNKNOWN);
    }

    private static List<@Nullable Tensor> inputs(Call call, Tensor input, Tensor weight) {
        List<@Nullable Tensor> inputs = new ArrayList<>(List.of(input, weight));
        Tensor bias = call.tensorOrNull("bias");
        if (bias != null) {
            inputs.add(bias);
        }
        return inputs;
    }

    static long[] spatial(Tensor tensor) {
        return Arrays.copyOfRange(tensor.shape().sizes(), 2, tensor.rank());
    }

    /** PyTorch takes a single sample without a batch axis too. */
    static Tensor batched(Call call, Tensor input, int axes) {
        call.require(
                input.rank() == axes + 1 || input.rank() == axes + 2,
                "input " + input.shape() + " (expected: batch, channels and " + axes + " sizes)");
        return input.rank() == axes + 2 ? input : ShapeOperators.unsqueeze(call, input, 0);
    }

    private static Tensor unbatched(Call call, Tensor result) {
        return call.tensor("input").rank() == result.rank() ? result : ShapeOperators.squeeze(call, result, 0);
    }

    private static Value transposed(Call call) {
        Tensor weight = call.tensor("weight");
        int axes = axes(call);
        Tensor input = batched(call, call.tensor("input"), axes);
        long[] kernel = spatial(weight);
        long[] stride = call.window("stride", axes);
        long[] padding = call.window("padding", axes);
        long[] dilation = call.window("dilation", axes);
        long[] outputPadding = call.window("output_padding", axes);
        long groups = call.integer("groups");
        Shape shape = new Shape(List.of(input.size(0), weight.size(1).times(groups)));
        for (int i = 0; i < axes; i++) {
            Dim size = input.size(2 + i)
                    .plus(-1)
                    .times(stride[i])
                    .plus(dilation[i] * (kernel[i] - 1) + 1 + outputPadding[i] - 2 * padding[i]);
            shape = shape.inserted(2 + i, size);
        }
        long[] pads = LongStream.concat(Arrays.stream(padding), Arrays.stream(padding))
                .toArray();
        return Values.of(unbatched(
                call,
                call.node(
                        "ConvTranspose",
                        input.type(),
                        shape,
                        inputs(call, input, weight),
                        Attribute.of("dilations", dilation),
                        Attribute.of("group", groups),
                        Attribute.of("kernel_shape", kernel),
                        Attribute.of("output_padding", outputPadding),
                        Attribute.of("pads", pads),
                        Attribute.of("strides", stride))));
    }

    private static Value pad(Call call, String mode, double value) {
        return Values.of(padded(call, call.tensor("self"), call.integers("pad"), mode, value));
    }

    /**
     * @param given before and after, the last axis first
     * @param mode as PyTorch names it
     */
    static Tensor padded(Call call, Tensor self, long[] given, String mode, double value) {
        if (mode.equals("circular")) {
            return circular(call, self, given);
        }
        String onnxMode =
                switch (mode) {
                    case "constant", "reflect" -> mode;
                    case "replicate" -> "edge";
                    default ->
                        throw call.refuse("mode: " + mode + " (expected: constant, reflect, replicate or circular)");
                };
        long[] pads = new long[2 * self.rank()];
        Shape shape = self.shape();
        for (int i = 0; i < given.length / 2; i++) {
            int axis = self.rank() - 1 - i;
            pads[axis] = given[2 * i];
            pads[axis + self.rank()] = given[2 * i + 1];
            shape = shape.with(axis, shape.size(axis).plus(given[2 * i] + given[2 * i + 1]));
        }
        List<Tensor> inputs = new ArrayList<>(List.of(self, call.graph().constant(pads)));
        if (mode.equals("constant")) {
            inputs.add(call.scalarLike(self, value));
        }
        return call.node("Pad", self.type(), shape, inputs, Attribute.of("mode", onnxMode));
    }

    /** What leaves at one end comes in at the other. */
    private static Tensor circular(Call call, Tensor self, long[] given) {
        Tensor result = self;
        for (int i = 0; i < given.length / 2; i++) {
            int axis = self.rank() - 1 - i;
            Dim size = result.size(axis);
            List<Tensor> parts = new ArrayList<>();
            if (given[2 * i] > 0) {
                parts.add(IndexOperators.range(call, result, axis, size.plus(-given[2 * i]), size, 1));
            }
            Dim start = Dim.of(Math.max(0, -given[2 * i]));
            Dim end = size.plus(Math.min(0, given[2 * i + 1]));
            parts.add(
                    start.is(0) && end.equals(size) ? result : IndexOperators.range(call, result, axis, start, end, 1));
            if (given[2 * i + 1] > 0) {
                parts.add(IndexOperators.range(call, result, axis, Dim.of(0), Dim.of(given[2 * i + 1]), 1));
            }
            result = ShapeOperators.concat(call, parts, axis);
        }
        return result;
    }
}
