package io.mlaas.explanation;

import io.mlaas.explanation.Tape.Edge;
import io.mlaas.explanation.WindowPlaces.Window;
import io.mlaas.onnx.numeric.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Convolutions and pooling. */
final class WindowRules {
    private static final Set<Integer> FIRST = Set.of(0);

    private WindowRules() {}

    static void register(RuleTable table) {
        table.add("Conv", FIRST, WindowRules::convolution);
        table.add("ConvTranspose", FIRST, WindowRules::transposedConvolution);
        table.add("MaxPool", FIRST, WindowRules::maxPool);
        table.add("AveragePool", FIRST, WindowRules::averagePool);
    }

    private static int[] spatial(int[] shape) {
        return Arrays.copyOfRange(shape, 2, shape.length);
    }

    private static int[] shape(int batch, int channels, int... spatial) {
        return IntStream.concat(IntStream.of(batch, channels), IntStream.of(spatial))
                .toArray();
    }

    private static Traced convolution(Call c) {
        Traced x = c.input(0);
        int[] kernel = c.input(1).shape();
        WindowPlaces places = Window.of(c, spatial(kernel)).over(spatial(x.shape()), false);
        int batch = x.shape()[0];
        ConvolutionMap map = new ConvolutionMap(
                c.constant(1).values(), places, batch, kernel[0], kernel[1], c.integer("group", 1), false);
        if (kernel[1] * map.groups() != x.shape()[1]) {
            throw new ExplanationRefused(
                    c.place() + ": channels: " + x.shape()[1] + " (expected: " + kernel[1] * map.groups() + ")");
        }
        return withBias(c, mapped(c.tape(), x, map, shape(batch, kernel[0], places.small())));
    }

    private static Traced transposedConvolution(Call c) {
        Traced x = c.input(0);
        int[] kernel = c.input(1).shape();
        int[] small = spatial(x.shape());
        Window window = Window.of(c, spatial(kernel));
        int[] more = c.integersOf("output_padding", new int[small.length]);
        int[] big = IntStream.range(0, small.length)
                .map(axis -> (small[axis] - 1) * window.strides()[axis]
                        - window.before()[axis]
                        - window.after()[axis]
                        + window.reach(axis)
                        + more[axis])
                .toArray();
        int groups = c.integer("group", 1);
        int batch = x.shape()[0];
        ConvolutionMap map = new ConvolutionMap(
                c.constant(1).values(), window.places(big, small), batch, kernel[0], kernel[1], groups, true);
        return withBias(c, mapped(c.tape(), x, map, shape(batch, kernel[1] * groups, big)));
    }

    private static Traced withBias(Call c, Traced y) {
        if (!c.has(2)) {
            return y;
        }
        int[] channels = new int[y.now().rank()];
        Arrays.fill(channels, 1);
        channels[1] = -1;
        return c.tape().plus(y, c.tape().constant(c.constant(2).reshape(channels)));
    }

    private static Traced mapped(Tape tape, Traced x, ConvolutionMap map, int... shape) {
        Array now = Array.full(0, shape);
        map.apply(x.now().values(), now.values(), Part.WHOLE);
        if (!x.varies()) {
            return tape.constant(now);
        }
        Array before = now;
        if (x.before() != x.now()) {
            before = Array.full(0, shape);
            map.apply(x.before().values(), before.values(), Part.WHOLE);
        }
        return tape.linear(now, before, List.of(new Edge(x, map)));
    }

    private static WindowPlaces pooled(Call c) {
        return Window.of(c, c.integersOf("kernel_shape"))
                .over(spatial(c.input(0).shape()), c.integer("ceil_mode", 0) == 1);
    }

    private static Traced averagePool(Call c) {
        Traced x = c.input(0);
        WindowPlaces places = pooled(c);
        int channels = x.shape()[1];
        double[] ones = new double[channels * places.taps()];
        Arrays.fill(ones, 1);
        ConvolutionMap sums = new ConvolutionMap(ones, places, x.shape()[0], channels, 1, channels, false);
        Traced sum = mapped(c.tape(), x, sums, shape(x.shape()[0], channels, places.small()));
        return c.tape().times(sum, c.tape().constant(Array.of(shares(c, places), places.small())));
    }

    /** One through how many elements each window holds; padding counts where the node says so, never what lies beyond it. */
    private static double[] shares(Call c, WindowPlaces places) {
        boolean padding = c.integer("count_include_pad", 0) == 1;
        Window window = Window.of(c, c.integersOf("kernel_shape"));
        double[] shares = new double[places.positions()];
        int[] position = new int[places.small().length];
        for (int p = 0; p < shares.length; p++) {
            int count = 1;
            for (int axis = 0; axis < position.length; axis++) {
                count *= held(window, axis, position[axis], places.big()[axis], padding);
            }
            shares[p] = 1.0 / count;
            ArrangeRules.advance(position, places.small());
        }
        return shares;
    }

    private static int held(Window window, int axis, int position, int length, boolean padding) {
        int begin = position * window.strides()[axis] - window.before()[axis];
        int low = padding ? -window.before()[axis] : 0;
        int high = padding ? length + window.after()[axis] : length;
        return (int) IntStream.range(0, window.kernel()[axis])
                .map(tap -> begin + tap * window.dilations()[axis])
                .filter(at -> at >= low && at < high)
                .count();
    }

    private static Traced maxPool(Call c) {
        if (c.node().getOutputCount() > 1) {
            throw new ExplanationRefused(c.place() + ": indices as an output (expected: only the maxima)");
        }
        Traced x = c.input(0);
        WindowPlaces places = pooled(c);
        int[] shape = shape(x.shape()[0], x.shape()[1], places.small());
        int[] atInput = largest(x.now(), places);
        Array now = picked(x.now(), atInput, shape);
        if (!x.varies()) {
            return c.tape().constant(now);
        }
        int[] atReference = largest(x.before(), places);
        return ReductionRules.chosen(c.tape(), x, now, picked(x.before(), atReference, shape), atInput, atReference, 1);
    }

    private static Array picked(Array x, int[] places, int... shape) {
        return Array.of(IntStream.of(places).mapToDouble(x::at).toArray(), shape);
    }

    /** For each output the flat index of the first largest element under its window. */
    private static int[] largest(Array x, WindowPlaces places) {
        int planes = x.size(0) * x.size(1);
        int size = WindowPlaces.size(places.big());
        int positions = places.positions();
        int[] largest = new int[planes * positions];
        for (int plane = 0; plane < planes; plane++) {
            for (int p = 0; p < positions; p++) {
                int best = -1;
                for (int tap = 0; tap < places.taps(); tap++) {
                    int source = places.sources()[tap * positions + p];
                    int at = plane * size + source;
                    if (source >= 0 && (best < 0 || x.at(at) > x.at(best))) {
                        best = at;
                    }
                }
                largest[plane * positions + p] = best;
            }
        }
        return largest;
    }
}
