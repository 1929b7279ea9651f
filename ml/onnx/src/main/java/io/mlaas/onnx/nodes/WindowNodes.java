package io.mlaas.onnx.nodes;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.numeric.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Convolutions and pooling as ONNX has them, with channels in the second axis, under TensorFlow's rules of padding. */
public final class WindowNodes {
    /** How the borders are treated. */
    public enum Padding {
        VALID,
        SAME,
        CAUSAL
    }

    private final Nodes nodes;

    public WindowNodes(Nodes nodes) {
        this.nodes = nodes;
    }

    /** From (batch, spatial …, channels) to (batch, channels, spatial …). */
    public Tensor channelsSecond(Tensor x) {
        int[] order = new int[x.rank()];
        order[1] = x.rank() - 1;
        for (int i = 2; i < order.length; i++) {
            order[i] = i - 1;
        }
        return nodes.graph().transpose(x, order);
    }

    /** From (batch, channels, spatial …) to (batch, spatial …, channels). */
    public Tensor channelsLast(Tensor x) {
        int[] order = new int[x.rank()];
        for (int i = 1; i < order.length - 1; i++) {
            order[i] = i + 1;
        }
        order[x.rank() - 1] = 1;
        return nodes.graph().transpose(x, order);
    }

    /** Padding before and after each spatial axis; empty when it depends on a size that is not known yet. */
    private static long @Nullable [] pads(Tensor x, int[] size, int[] strides, int[] dilations, Padding padding) {
        int axes = size.length;
        long[] pads = new long[2 * axes];
        for (int i = 0; i < axes; i++) {
            long reach = (size[i] - 1L) * dilations[i] + 1;
            if (padding == Padding.CAUSAL) {
                pads[i] = reach - 1;
            } else if (padding == Padding.SAME) {
                Dim length = x.size(i + 2);
                if (!length.isConstant() && strides[i] != 1) {
                    return null;
                }
                long outputs = length.isConstant() ? Math.ceilDiv(length.value(), strides[i]) : 0;
                long total =
                        strides[i] == 1 ? reach - 1 : Math.max(0, (outputs - 1) * strides[i] + reach - length.value());
                pads[i] = total / 2;
                pads[i + axes] = total - total / 2;
            }
        }
        return pads;
    }

    private List<Dim> positions(
            Tensor x, int[] size, int[] strides, int[] dilations, long @Nullable [] pads, List<Integer> open) {
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < size.length; i++) {
            long reach = (size[i] - 1L) * dilations[i] + 1;
            Dim length = x.size(i + 2);
            if (pads != null) {
                Dim rest = length.plus(pads[i] + pads[i + size.length] - reach);
                if (rest.isConstant() && rest.value() < 0) {
                    throw new IllegalArgumentException("a window of " + reach + " over " + length + " positions");
                }
                if (rest.isConstant() || strides[i] == 1) {
                    dims.add(rest.dividedBy(Dim.of(strides[i])).orElseThrow().plus(1));
                    continue;
                }
            } else if (length.isConstant()) {
                dims.add(Dim.of(Math.ceilDiv(length.value(), strides[i])));
                continue;
            }
            open.add(i + 2);
            dims.add(Dim.symbol("open"));
        }
        return dims;
    }

    private Tensor windowed(
            String operator,
            Tensor x,
            List<Tensor> arguments,
            Dim channels,
            int[] size,
            int[] strides,
            int[] dilations,
            Padding padding,
            Attribute... more) {
        long[] pads = pads(x, size, strides, dilations, padding);
        List<Integer> open = new ArrayList<>();
        List<Dim> dims = new ArrayList<>(List.of(x.size(0), channels));
        dims.addAll(positions(x, size, strides, dilations, pads, open));
        List<Attribute> attributes = new ArrayList<>(Arrays.asList(more));
        attributes.add(Attribute.of("kernel_shape", longs(size)));
        attributes.add(Attribute.of("strides", longs(strides)));
        if (Arrays.stream(dilations).anyMatch(d -> d != 1)) {
            attributes.add(Attribute.of("dilations", longs(dilations)));
        }
        if (pads == null) {
            attributes.add(Attribute.of("auto_pad", "SAME_UPPER"));
        } else if (Arrays.stream(pads).anyMatch(p -> p != 0)) {
            attributes.add(Attribute.of("pads", pads));
        }
        Tensor y = nodes.graph()
                .node(operator, x.type(), new Shape(dims), arguments, attributes.toArray(Attribute[]::new));
        for (int axis : open) {
            y = nodes.graph().withSymbol(y, axis, "size");
        }
        return y;
    }

    private static long[] longs(int... values) {
        return Arrays.stream(values).asLongStream().toArray();
    }

    /**
     * @param x (batch, channels, spatial …)
     * @param kernel (filters, channels / groups, spatial …)
     */
    public Tensor convolve(Tensor x, Tensor kernel, int[] strides, int[] dilations, Padding padding, int groups) {
        int[] size = IntStream.range(2, kernel.rank())
                .map(i -> (int) kernel.size(i).value())
                .toArray();
        if (!x.size(1).equals(kernel.size(1).times(groups))) {
            throw new IllegalArgumentException(
                    "channels: " + x.size(1) + " (expected: " + kernel.size(1).times(groups) + ")");
        }
        return windowed(
                "Conv",
                x,
                List.of(x, kernel),
                kernel.size(0),
                size,
                strides,
                dilations,
                padding,
                Attribute.of("group", groups));
    }

    /** MaxPool or AveragePool; padding never counts. */
    public Tensor pool(String operator, Tensor x, int[] size, int[] strides, Padding padding) {
        int[] ones = new int[size.length];
        Arrays.fill(ones, 1);
        return windowed(operator, x, List.of(x), x.size(1), size, strides, ones, padding);
    }

    /**
     * @param x (batch, channels, spatial …)
     * @param kernel (channels, filters, spatial …)
     * @param before what is cut off the full result in front
     * @param after what is cut off behind
     * @param extra zeros behind, where the kernel is shorter than the stride
     */
    public Tensor transposed(
            Tensor x, Tensor kernel, int[] strides, int[] dilations, int[] before, int[] after, int[] extra) {
        List<Dim> dims = new ArrayList<>(List.of(x.size(0), kernel.size(1)));
        long[] pads = new long[2 * strides.length];
        for (int i = 0; i < strides.length; i++) {
            long reach = (kernel.size(i + 2).value() - 1) * dilations[i] + 1;
            pads[i] = before[i];
            pads[i + strides.length] = after[i];
            dims.add(x.size(i + 2).plus(-1).times(strides[i]).plus(reach - before[i] - after[i] + extra[i]));
        }
        return nodes.graph()
                .node(
                        "ConvTranspose",
                        x.type(),
                        new Shape(dims),
                        List.of(x, kernel),
                        Attribute.of("strides", longs(strides)),
                        Attribute.of("dilations", longs(dilations)),
                        Attribute.of("pads", pads),
                        Attribute.of("output_padding", longs(extra)));
    }

    /** A stored kernel whose axes are put in ONNX's order. */
    public Tensor kernel(String name, Supplier<Array> array) {
        OnnxGraph graph = nodes.graph();
        return graph.sharedInitializer(name, () -> nodes.stored(name + ":onnx", array.get()));
    }
}
