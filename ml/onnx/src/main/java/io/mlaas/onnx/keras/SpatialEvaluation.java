package io.mlaas.onnx.keras;

import io.mlaas.onnx.keras.Walk.Call;
import io.mlaas.onnx.numeric.Array;
import io.mlaas.onnx.numeric.Array.Reduction;
import io.mlaas.onnx.numeric.Windows;
import io.mlaas.onnx.numeric.Windows.Window;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Convolutions, pooling, padding and enlarging, with channels last. */
final class SpatialEvaluation {
    private SpatialEvaluation() {}

    static void register(Evaluation.Table table) {
        table.one("Resizing", c -> channelsLast(c, x -> ImageEvaluation.resized(c, x)));
        table.one("CenterCrop", c -> channelsLast(c, x -> ImageEvaluation.centre(c, x)));
        for (int axes = 1; axes <= 3; axes++) {
            int n = axes;
            table.one(
                    "Conv" + n + "D",
                    c -> channelsLast(
                            c,
                            x -> activated(
                                    c.layer(),
                                    Windows.convolve(
                                            x,
                                            c.layer().weight("0"),
                                            c.layer().flag("use_bias", true)
                                                    ? c.layer().weight("1")
                                                    : null,
                                            window(c.layer(), x, n),
                                            c.layer().integer("groups", 1)))));
            table.one("Conv" + n + "DTranspose", c -> channelsLast(c, x -> transposed(c.layer(), x, n)));
            table.one(
                    "MaxPooling" + n + "D", c -> channelsLast(c, x -> Windows.maxPool(x, poolWindow(c.layer(), x, n))));
            table.one(
                    "AveragePooling" + n + "D",
                    c -> channelsLast(c, x -> Windows.averagePool(x, poolWindow(c.layer(), x, n))));
            table.one("GlobalMaxPooling" + n + "D", c -> global(c, Reduction.MAX));
            table.one("GlobalAveragePooling" + n + "D", c -> global(c, Reduction.MEAN));
            table.one("UpSampling" + n + "D", c -> channelsLast(c, x -> upsampled(c.layer(), x, n)));
            table.one(
                    "ZeroPadding" + n + "D",
                    c -> channelsLast(c, x -> {
                        int[][] pairs = c.layer().pairs("padding", n);
                        int[] before = new int[n + 2];
                        int[] after = new int[n + 2];
                        for (int i = 0; i < n; i++) {
                            before[i + 1] = pairs[i][0];
                            after[i + 1] = pairs[i][1];
                        }
                        return x.pad(before, after, 0);
                    }));
            table.one(
                    "Cropping" + n + "D",
                    c -> channelsLast(c, x -> {
                        int[][] pairs = c.layer().pairs("cropping", n);
                        Array y = x;
                        for (int i = 0; i < n; i++) {
                            y = y.slice(i + 1, pairs[i][0], x.size(i + 1) - pairs[i][1], 1);
                        }
                        return y;
                    }));
        }
        for (int axes = 1; axes <= 2; axes++) {
            int n = axes;
            table.one(
                    "DepthwiseConv" + n + "D",
                    c -> channelsLast(
                            c,
                            x -> finish(
                                    c.layer(),
                                    Windows.depthwise(x, c.layer().weight("0"), window(c.layer(), x, n)),
                                    "1")));
            table.one(
                    "SeparableConv" + n + "D",
                    c -> channelsLast(c, x -> {
                        Array deep = Windows.depthwise(x, c.layer().weight("0"), window(c.layer(), x, n));
                        Array pointwise = c.layer().weight("1");
                        return finish(
                                c.layer(),
                                CoreEvaluation.product(deep, pointwise.reshape(pointwise.size(-2), pointwise.size(-1))),
                                "2");
                    }));
        }
    }

    private static Array channelsLast(Call<Array> call, UnaryOperator<Array> function) {
        Array x = call.input(0);
        if (!call.layer().channelsFirst()) {
            return function.apply(x);
        }
        int rank = x.rank();
        int[] last = IntStream.range(0, rank)
                .map(i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1)
                .toArray();
        int[] first = IntStream.range(0, rank)
                .map(i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1)
                .toArray();
        return function.apply(x.transpose(last)).transpose(first);
    }

    private static Array finish(Layer layer, Array y, String bias) {
        return activated(layer, layer.flag("use_bias", true) ? y.plus(layer.weight(bias)) : y);
    }

    private static Array activated(Layer layer, Array y) {
        return ActivationEvaluation.apply(layer.activation("activation", "linear"), y);
    }

    private static int[] spatial(Array x) {
        return Arrays.copyOfRange(x.shape(), 1, x.rank() - 1);
    }

    private static Window window(Layer layer, Array x, int axes) {
        int[] size = Arrays.copyOf(layer.weight("0").shape(), axes);
        return padded(layer, x, size, layer.sizes("strides", axes, 1), layer.sizes("dilation_rate", axes, 1));
    }

    private static Window poolWindow(Layer layer, Array x, int axes) {
        int[] size = layer.sizes("pool_size", axes, 2);
        int[] strides = layer.has("strides") ? layer.sizes("strides", axes, 2) : size;
        int[] ones = new int[axes];
        Arrays.fill(ones, 1);
        return padded(layer, x, size, strides, ones);
    }

    static Window padded(Layer layer, Array x, int[] size, int[] strides, int[] dilations) {
        return switch (layer.text("padding", "valid").toLowerCase(Locale.ROOT)) {
            case "same" -> Window.same(spatial(x), size, strides, dilations);
            case "causal" -> Window.causal(size, strides, dilations);
            default -> Window.valid(size, strides, dilations);
        };
    }

    private static Array transposed(Layer layer, Array x, int axes) {
        Array kernel = layer.weight("0");
        int[] size = Arrays.copyOf(kernel.shape(), axes);
        int[] strides = layer.sizes("strides", axes, 1);
        int[] dilations = layer.sizes("dilation_rate", axes, 1);
        boolean same = layer.text("padding", "valid").equals("same");
        int[] lengths = new int[axes];
        for (int i = 0; i < axes; i++) {
            int reach = (size[i] - 1) * dilations[i] + 1;
            lengths[i] = x.size(i + 1) * strides[i] + (same ? 0 : Math.max(reach - strides[i], 0));
        }
        Window forward = same ? Window.same(lengths, size, strides, dilations) : Window.valid(size, strides, dilations);
        return finish(layer, Windows.transposed(x, kernel, forward, lengths), "1");
    }

    private static Array global(Call<Array> call, Reduction how) {
        Array x = call.input(0);
        boolean keep = call.layer().flag("keepdims", false);
        int first = call.layer().channelsFirst() ? 2 : 1;
        Array mask = call.mask(0);
        if (mask != null && how == Reduction.MEAN && x.rank() == 3) {
            Array present = mask.expand(2);
            return x.times(present)
                    .reduce(Reduction.SUM, keep, 1)
                    .with(present.reduce(Reduction.SUM, keep, 1), (a, b) -> a / b);
        }
        return x.reduce(how, keep, IntStream.range(first, first + x.rank() - 2).toArray());
    }

    private static Array upsampled(Layer layer, Array x, int axes) {
        int[] factors = layer.sizes("size", axes, 2);
        String method = layer.text("interpolation", "nearest");
        Array y = x;
        for (int i = 0; i < axes; i++) {
            y = method.equals("nearest")
                    ? y.repeat(i + 1, factors[i])
                    : ImageEvaluation.along(y, i + 1, factors[i] * y.size(i + 1), method);
        }
        return y;
    }
}
