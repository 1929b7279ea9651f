package io.mlaas.explanation;

import io.mlaas.onnx.numeric.Array;
import java.util.stream.IntStream;

/**
 * A product with a matrix, over the last two axes: from the right, {@code y = x · matrix}, or from the left, {@code y =
 * matrix · x}. Axes before broadcast.
 */
@SuppressWarnings("ArrayRecordComponent") // sizes, never compared
record MatrixMap(Array matrix, boolean fromRight, int[] inputShape, int[] outputShape) implements LocalMap {

    @Override
    public void apply(double[] difference, double[] output, Part part) {
        Array d = Array.of(difference, inputShape);
        Array weights = part == Part.WHOLE ? matrix : matrix.map(part::of);
        add(fromRight ? product(d, weights) : product(weights, d), output);
    }

    @Override
    public void transposed(double[] multipliers, double[] input, Part part) {
        Array m = Array.of(multipliers, outputShape);
        Array weights = lastTwoSwapped(part == Part.WHOLE ? matrix : matrix.map(part::of));
        add(summedTo(fromRight ? product(m, weights) : product(weights, m), inputShape), input);
    }

    /** As {@link Array#matmul}, but a matrix that serves all rows is not repeated. */
    static Array product(Array a, Array b) {
        if (b.rank() != 2 || a.rank() <= 2) {
            return a.matmul(b);
        }
        int[] shape = a.shape();
        shape[shape.length - 1] = b.size(-1);
        return a.reshape(-1, a.size(-1)).matmul(b).reshape(shape);
    }

    private static Array lastTwoSwapped(Array a) {
        int[] order = IntStream.range(0, a.rank()).toArray();
        order[order.length - 1] = order.length - 2;
        order[order.length - 2] = order.length - 1;
        return a.transpose(order);
    }

    /** Sums over the axes along which {@code shape} was repeated. */
    private static Array summedTo(Array a, int... shape) {
        int extra = a.rank() - shape.length;
        int[] axes = IntStream.range(0, a.rank())
                .filter(i -> i < extra || (shape[i - extra] == 1 && a.size(i) != 1))
                .toArray();
        return axes.length == 0 ? a : a.reduce(Array.Reduction.SUM, true, axes).reshape(shape);
    }

    private static void add(Array from, double[] into) {
        double[] values = from.values();
        for (int i = 0; i < into.length; i++) {
            into[i] += values[i];
        }
    }
}
