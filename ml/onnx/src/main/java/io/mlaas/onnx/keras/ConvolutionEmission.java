package io.mlaas.onnx.keras;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.nodes.Nodes;
import io.mlaas.onnx.nodes.WindowNodes;
import io.mlaas.onnx.nodes.WindowNodes.Padding;
import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Convolutions and pooling. Keras keeps channels last, ONNX second: each is put between two transpositions. */
final class ConvolutionEmission {
    private ConvolutionEmission() {}

    static void register(Emission.Table table) {
        table.one("Resizing", ConvolutionEmission::resize);
        table.one("CenterCrop", ConvolutionEmission::centre);
        for (int axes = 1; axes <= 3; axes++) {
            int count = axes;
            table.one("Conv" + axes + "D", (e, c) -> convolution(e, c, count));
            table.one("Conv" + axes + "DTranspose", (e, c) -> transposed(e, c, count));
            table.one("MaxPooling" + axes + "D", (e, c) -> pool(e, c, "MaxPool", count));
            table.one("AveragePooling" + axes + "D", (e, c) -> pool(e, c, "AveragePool", count));
            table.one("GlobalMaxPooling" + axes + "D", (e, c) -> global(e, c, "ReduceMax"));
            table.one("GlobalAveragePooling" + axes + "D", (e, c) -> global(e, c, "ReduceMean"));
            table.one("UpSampling" + axes + "D", (e, c) -> upsample(e, c, count));
        }
        for (int axes = 1; axes <= 2; axes++) {
            int count = axes;
            table.one("DepthwiseConv" + axes + "D", (e, c) -> depthwise(e, c, count));
            table.one("SeparableConv" + axes + "D", (e, c) -> separable(e, c, count));
        }
    }

    private static Padding padding(Layer layer) {
        return switch (layer.text("padding", "valid").toLowerCase(Locale.ROOT)) {
            case "valid" -> Padding.VALID;
            case "same" -> Padding.SAME;
            case "causal" -> Padding.CAUSAL;
            default -> throw layer.refuse("padding: " + layer.text("padding", ""));
        };
    }

    private static Tensor in(Emission e, Call<Tensor> call) {
        Tensor x = call.input(0);
        return call.layer().channelsFirst() ? x : new WindowNodes(e.nodes()).channelsSecond(x);
    }

    private static Tensor out(Emission e, Layer layer, Tensor y) {
        return layer.channelsFirst() ? y : new WindowNodes(e.nodes()).channelsLast(y);
    }

    /** Filters and channels in front, in this order, of a kernel (spatial …, channels, filters). */
    static int[] filtersFirst(int axes) {
        int[] order = new int[axes + 2];
        order[0] = axes + 1;
        order[1] = axes;
        IntStream.range(0, axes).forEach(i -> order[i + 2] = i);
        return order;
    }

    private static Tensor finish(Emission e, Layer layer, Tensor y, String bias) {
        Tensor result = y;
        if (layer.flag("use_bias", true)) {
            Tensor stored = e.weight(layer, bias);
            List<Dim> dims = new ArrayList<>(List.of(stored.size(0)));
            IntStream.range(2, y.rank()).forEach(i -> dims.add(Dim.of(1)));
            result = e.nodes().add(y, e.graph().reshape(stored, new Shape(dims)));
        }
        return out(e, layer, ActivationEmission.emit(e, layer.activation("activation", "linear"), result));
    }

    private static Tensor convolution(Emission e, Call<Tensor> call, int axes) {
        Layer layer = call.layer();
        WindowNodes windows = new WindowNodes(e.nodes());
        Tensor kernel =
                windows.kernel(layer.path() + "/kernel", () -> layer.weight("0").transpose(filtersFirst(axes)));
        Tensor y = windows.convolve(
                in(e, call),
                kernel,
                layer.sizes("strides", axes, 1),
                layer.sizes("dilation_rate", axes, 1),
                padding(layer),
                layer.integer("groups", 1));
        return finish(e, layer, y, "1");
    }

    private static Tensor depthwiseOf(Emission e, Layer layer, Tensor x, int axes) {
        Array kernel = layer.weight("0");
        int channels = kernel.size(-2);
        int multiplier = kernel.size(-1);
        WindowNodes windows = new WindowNodes(e.nodes());
        Tensor stored = windows.kernel(layer.path() + "/depthwise_kernel", () -> {
            int[] order = new int[axes + 2];
            order[0] = axes;
            order[1] = axes + 1;
            IntStream.range(0, axes).forEach(i -> order[i + 2] = i);
            int[] shape = new int[axes + 2];
            shape[0] = channels * multiplier;
            shape[1] = 1;
            IntStream.range(0, axes).forEach(i -> shape[i + 2] = kernel.size(i));
            return kernel.transpose(order).reshape(shape);
        });
        return windows.convolve(
                x,
                stored,
                layer.sizes("strides", axes, 1),
                layer.sizes("dilation_rate", axes, 1),
                padding(layer),
                channels);
    }

    private static Tensor depthwise(Emission e, Call<Tensor> call, int axes) {
        return finish(e, call.layer(), depthwiseOf(e, call.layer(), in(e, call), axes), "1");
    }

    private static Tensor separable(Emission e, Call<Tensor> call, int axes) {
        Layer layer = call.layer();
        WindowNodes windows = new WindowNodes(e.nodes());
        Tensor pointwise = windows.kernel(
                layer.path() + "/pointwise_kernel", () -> layer.weight("1").transpose(filtersFirst(axes)));
        int[] ones = IntStream.range(0, axes).map(i -> 1).toArray();
        Tensor y = windows.convolve(depthwiseOf(e, layer, in(e, call), axes), pointwise, ones, ones, Padding.VALID, 1);
        return finish(e, layer, y, "2");
    }

    private static Tensor transposed(Emission e, Call<Tensor> call, int axes) {
        Layer layer = call.layer();
        layer.require(!layer.has("output_padding"), "output_padding (expected: none)");
        int[] strides = layer.sizes("strides", axes, 1);
        int[] dilations = layer.sizes("dilation_rate", axes, 1);
        Array kernel = layer.weight("0");
        int[] before = new int[axes];
        int[] after = new int[axes];
        int[] extra = new int[axes];
        for (int i = 0; i < axes; i++) {
            int surplus = (kernel.size(i) - 1) * dilations[i] + 1 - strides[i];
            extra[i] = Math.max(0, -surplus);
            int cut = padding(layer) == Padding.SAME ? Math.max(0, surplus) : 0;
            before[i] = cut / 2;
            after[i] = cut - cut / 2;
        }
        WindowNodes windows = new WindowNodes(e.nodes());
        // (spatial …, filters, channels) becomes (channels, filters, spatial …)
        Tensor stored = windows.kernel(layer.path() + "/kernel", () -> kernel.transpose(filtersFirst(axes)));
        return finish(e, layer, windows.transposed(in(e, call), stored, strides, dilations, before, after, extra), "1");
    }

    private static Tensor pool(Emission e, Call<Tensor> call, String operator, int axes) {
        Layer layer = call.layer();
        int[] size = layer.sizes("pool_size", axes, 2);
        int[] strides = layer.has("strides") ? layer.sizes("strides", axes, 2) : size;
        return out(e, layer, new WindowNodes(e.nodes()).pool(operator, in(e, call), size, strides, padding(layer)));
    }

    private static Tensor global(Emission e, Call<Tensor> call, String operator) {
        Layer layer = call.layer();
        Tensor x = call.input(0);
        int first = layer.channelsFirst() ? 2 : 1;
        int[] axes = IntStream.range(first, first + x.rank() - 2).toArray();
        Tensor mask = call.mask(0);
        boolean keep = layer.flag("keepdims", false);
        if (mask == null || !layer.className().equals("GlobalAveragePooling1D")) {
            return e.nodes().reduce(operator, x, keep, axes);
        }
        Nodes n = e.nodes();
        Tensor kept = n.unsqueeze(e.graph().cast(mask, n.real()), 2);
        return n.div(n.reduce("ReduceSum", n.mul(x, kept), keep, 1), n.reduce("ReduceSum", kept, keep, 1));
    }

    private static Tensor upsample(Emission e, Call<Tensor> call, int axes) {
        Layer layer = call.layer();
        int[] factors = layer.sizes("size", axes, 2);
        String interpolation = layer.text("interpolation", "nearest");
        if (!interpolation.equals("nearest") && !interpolation.equals("bilinear")) {
            Tensor image = in(e, call);
            int[] sizes = new int[axes];
            for (int i = 0; i < axes; i++) {
                layer.require(image.size(i + 2).isConstant(), interpolation + " of an image whose size varies");
                sizes[i] = (int) image.size(i + 2).value() * factors[i];
            }
            return out(e, layer, mixed(e, layer, image, interpolation, sizes));
        }
        boolean nearest = interpolation.equals("nearest");
        Tensor x = in(e, call);
        double[] scales = new double[axes + 2];
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < scales.length; i++) {
            scales[i] = i < 2 ? 1 : factors[i - 2];
            dims.add(x.size(i).times((long) scales[i]));
        }
        Tensor stored = e.graph().numbers(io.mlaas.onnx.graph.ElementType.FLOAT32, Shape.of(scales.length), scales);
        return out(e, layer, resized(e, x, new Shape(dims), nearest, Arrays.asList(x, null, stored)));
    }

    private static Tensor resized(
            Emission e, Tensor x, Shape shape, boolean nearest, List<@Nullable Tensor> arguments) {
        return e.graph()
                .node(
                        "Resize",
                        x.type(),
                        shape,
                        arguments,
                        Attribute.of("mode", nearest ? "nearest" : "linear"),
                        Attribute.of("coordinate_transformation_mode", nearest ? "asymmetric" : "half_pixel"),
                        Attribute.of("nearest_mode", "floor"));
    }

    /** Images of any size to one size. */
    private static Tensor resize(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        for (String flag : List.of("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias")) {
            layer.require(!layer.flag(flag, false), flag + ": true (expected: false)");
        }
        Tensor x = in(e, call);
        layer.require(x.rank() == 4 && x.type().isFloating(), x + " (expected: images of floats, with a batch)");
        int height = layer.integer("height", 1);
        int width = layer.integer("width", 1);
        String interpolation = layer.text("interpolation", "bilinear");
        return out(
                e,
                layer,
                interpolation.equals("bilinear")
                        ? linear(e, x, height, width)
                        : mixed(e, layer, x, interpolation, height, width));
    }

    private static Tensor linear(Emission e, Tensor x, int height, int width) {
        Shape shape = x.shape().with(2, Dim.of(height)).with(3, Dim.of(width));
        return resized(
                e, x, shape, false, Arrays.asList(x, null, null, e.graph().sizes(shape)));
    }

    /** Each new pixel as a mixture of old ones, by products with matrices: ONNX's Resize treats borders in another way. */
    private static Tensor mixed(Emission e, Layer layer, Tensor x, String interpolation, int... sizes) {
        layer.require(
                Interpolation.isKnown(interpolation) && sizes.length == 2,
                "interpolation: " + interpolation + " (expected: nearest, bilinear, bicubic, lanczos3 or lanczos5)");
        layer.require(
                x.size(2).isConstant() && x.size(3).isConstant(), interpolation + " of an image whose size varies");
        Nodes n = e.nodes();
        Array rows = Interpolation.matrix(interpolation, (int) x.size(2).value(), sizes[0]);
        Array columns = Interpolation.matrix(interpolation, (int) x.size(3).value(), sizes[1]);
        return n.matmul(n.matmul(n.numbers(rows), x), n.numbers(columns.transpose(1, 0)));
    }

    /** The middle of an image; of one that is too small, the middle with the wanted proportions, enlarged. */
    private static Tensor centre(Emission e, Call<Tensor> call) {
        Layer layer = call.layer();
        Tensor x = in(e, call);
        layer.require(
                x.rank() == 4 && x.size(2).isConstant() && x.size(3).isConstant(),
                x + " (expected: images of a fixed size, with a batch)");
        int height = layer.integer("height", 1);
        int width = layer.integer("width", 1);
        int rows = (int) x.size(2).value();
        int columns = (int) x.size(3).value();
        if (rows >= height && columns >= width) {
            return out(e, layer, cropped(e, x, height, width));
        }
        int kept = Math.clamp(columns * (long) height / width, 1, rows);
        int wide = Math.clamp(rows * (long) width / height, 1, columns);
        return out(e, layer, linear(e, cropped(e, x, kept, wide), height, width));
    }

    private static Tensor cropped(Emission e, Tensor x, int height, int width) {
        long top = (x.size(2).value() - height) / 2;
        long left = (x.size(3).value() - width) / 2;
        return e.nodes().slice(e.nodes().slice(x, 2, top, top + height), 3, left, left + width);
    }
}
