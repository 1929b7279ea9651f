package io.mlaas.onnx.numeric;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An immutable array of 64-bit floats in row-major order; operations broadcast as NumPy does. Weights stay the 32-bit floats
 * that they are in the file, and become wide only where they are calculated with.
 */
public final class Array {
    private static final double[] NONE = {};

    /** Elements that are calculated with at a time. */
    private static final int BLOCK = 1024;

    /** How a reduction begins and goes on. */
    public enum Reduction {
        SUM(0, Double::sum, Elementwise.Usual.PLUS),
        MEAN(0, Double::sum, Elementwise.Usual.PLUS),
        PROD(1, (a, b) -> a * b, Elementwise.Usual.TIMES),
        MAX(Double.NEGATIVE_INFINITY, Math::max, Elementwise.Usual.MAX),
        MIN(Double.POSITIVE_INFINITY, Math::min, Elementwise.Usual.MIN);

        final double start;
        final DoubleBinaryOperator step;
        final Elementwise whole;

        Reduction(double start, DoubleBinaryOperator step, Elementwise whole) {
            this.start = start;
            this.step = step;
            this.whole = whole;
        }
    }

    /** The numbers, unless they are in {@code narrow}. */
    private final double[] wide;

    /** 32-bit floats, little-endian. */
    private final @Nullable ByteBuffer narrow;

    private final int[] shape;

    private Array(double[] data, int[] shape) {
        this(data, null, shape);
    }

    private Array(double[] wide, @Nullable ByteBuffer narrow, int[] shape) {
        this.wide = wide;
        this.narrow = narrow;
        this.shape = shape;
        if (elements(shape) != length()) {
            throw new IllegalArgumentException(
                    "shape: " + Arrays.toString(shape) + " (expected: one of " + length() + " elements)");
        }
    }

    /**
     * 32-bit floats that are not copied.
     *
     * @param floats little-endian; they must stay as they are
     */
    public static Array ofFloats(ByteBuffer floats, int... shape) {
        return new Array(NONE, floats.slice().order(ByteOrder.LITTLE_ENDIAN), shape.clone());
    }

    /** The elements as 32-bit floats, little-endian, if that is how they are kept. */
    public Optional<ByteBuffer> floats() {
        return Optional.ofNullable(narrow).map(floats -> floats.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Takes the values without copying them. */
    public static Array of(double[] data, int... shape) {
        return new Array(data, shape.clone());
    }

    public static Array scalar(double value) {
        return new Array(new double[] {value}, new int[0]);
    }

    public static Array vector(double... values) {
        return new Array(values.clone(), new int[] {values.length});
    }

    public static Array full(double value, int... shape) {
        double[] data = new double[elements(shape)];
        Arrays.fill(data, value);
        return new Array(data, shape.clone());
    }

    static int elements(int... shape) {
        int product = 1;
        for (int size : shape) {
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    public int[] shape() {
        return shape.clone();
    }

    public int size(int axis) {
        return shape[axis(axis)];
    }

    public int rank() {
        return shape.length;
    }

    public int length() {
        return narrow == null ? wide.length : narrow.limit() / Float.BYTES;
    }

    public double at(int index) {
        return narrow == null ? wide[index] : narrow.getFloat(index * Float.BYTES);
    }

    /** The values in row-major order; not to be changed. */
    public double[] values() {
        return narrow == null ? wide : row(0, length());
    }

    /** Some values in a row, in an array of their own. */
    double[] row(int from, int count) {
        double[] values = new double[count];
        copy(from, values, 0, count);
        return values;
    }

    /** Copies some values in a row. */
    void copy(int from, double[] into, int at, int count) {
        if (narrow == null) {
            System.arraycopy(wide, from, into, at, count);
        } else {
            for (int i = 0; i < count; i++) {
                into[at + i] = narrow.getFloat((from + i) * Float.BYTES);
            }
        }
    }

    public int[] integers() {
        return Arrays.stream(values()).mapToInt(v -> (int) v).toArray();
    }

    /** An axis counted from the front. */
    public int axis(int axis) {
        int fromFront = axis < 0 ? axis + rank() : axis;
        if (fromFront < 0 || fromFront >= rank()) {
            throw new IllegalArgumentException(
                    "axis: " + axis + " (expected: one of an array of shape " + Arrays.toString(shape) + ")");
        }
        return fromFront;
    }

    /** Elements between neighbours along each axis. */
    static int[] strides(int... shape) {
        int[] strides = new int[shape.length];
        int step = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= shape[i];
        }
        return strides;
    }

    /** One size may be -1. */
    public Array reshape(int... sizes) {
        int[] target = sizes.clone();
        int known = 1;
        int open = -1;
        for (int i = 0; i < target.length; i++) {
            if (target[i] < 0) {
                open = i;
            } else {
                known *= target[i];
            }
        }
        if (open >= 0) {
            target[open] = known == 0 ? 0 : length() / known;
        }
        return new Array(wide, narrow, target);
    }

    public Array transpose(int... order) {
        int[] target = new int[order.length];
        int[] from = strides(shape);
        int[] steps = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            target[i] = shape[order[i]];
            steps[i] = from[order[i]];
        }
        return gatherBy(target, steps, 0);
    }

    /** Copies along steps of the source, one for each target axis. */
    private Array gatherBy(int[] target, int[] steps, int offset) {
        int count = elements(target);
        ByteBuffer floats = narrow == null
                ? null
                : ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        double[] result = narrow == null ? new double[count] : NONE;
        int[] index = new int[target.length];
        int at = offset;
        for (int i = 0; i < count; i++) {
            if (floats == null || narrow == null) {
                result[i] = wide[at];
            } else {
                floats.putInt(i * Float.BYTES, narrow.getInt(at * Float.BYTES));
            }
            for (int axis = target.length - 1; axis >= 0; axis--) {
                at += steps[axis];
                if (++index[axis] < target[axis]) {
                    break;
                }
                at -= steps[axis] * target[axis];
                index[axis] = 0;
            }
        }
        return new Array(result, floats, target);
    }

    public Array map(DoubleUnaryOperator function) {
        double[] data = values();
        double[] result = new double[data.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = function.applyAsDouble(data[i]);
        }
        return new Array(result, shape);
    }

    public static int[] broadcastShape(int[] a, int[] b) {
        int rank = Math.max(a.length, b.length);
        int[] result = new int[rank];
        for (int i = 1; i <= rank; i++) {
            int x = i > a.length ? 1 : a[a.length - i];
            int y = i > b.length ? 1 : b[b.length - i];
            if (x != y && x != 1 && y != 1) {
                throw new IllegalArgumentException("shapes: " + Arrays.toString(a) + ", " + Arrays.toString(b)
                        + " (expected: that they broadcast)");
            }
            result[rank - i] = x == 1 ? y : x;
        }
        return result;
    }

    public Array broadcastTo(int... target) {
        if (Arrays.equals(shape, target)) {
            return this;
        }
        int[] own = strides(shape);
        int[] steps = new int[target.length];
        for (int i = 1; i <= rank(); i++) {
            steps[target.length - i] = shape[rank() - i] == 1 ? 0 : own[rank() - i];
        }
        return gatherBy(target, steps, 0);
    }

    public Array with(Array other, DoubleBinaryOperator function) {
        return with(other, new Elementwise.Any(function));
    }

    private Array with(Array other, Elementwise operation) {
        int[] common = broadcastShape(shape, other.shape);
        double[] result = new double[elements(common)];
        Broadcast first = new Broadcast(this, common);
        Broadcast second = new Broadcast(other, common);
        double[] a = new double[Math.min(BLOCK, result.length)];
        double[] b = new double[a.length];
        for (int from = 0; from < result.length; from += BLOCK) {
            int count = Math.min(BLOCK, result.length - from);
            first.read(a, count);
            second.read(b, count);
            operation.apply(a, b, a, count);
            System.arraycopy(a, 0, result, from, count);
        }
        return new Array(result, common);
    }

    /** The first where the condition is not zero, the second elsewhere; what is not chosen may be NaN. */
    public static Array choose(Array condition, Array first, Array second) {
        int[] common = broadcastShape(broadcastShape(first.shape, second.shape), condition.shape);
        double[] c = condition.broadcastTo(common).values();
        double[] a = first.broadcastTo(common).values();
        double[] b = second.broadcastTo(common).values();
        double[] result = new double[a.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = c[i] != 0 ? a[i] : b[i];
        }
        return new Array(result, common);
    }

    public Array plus(Array other) {
        return with(other, Elementwise.Usual.PLUS);
    }

    public Array minus(Array other) {
        return with(other, Elementwise.Usual.MINUS);
    }

    public Array times(Array other) {
        return with(other, Elementwise.Usual.TIMES);
    }

    public Array times(double factor) {
        return times(scalar(factor));
    }

    /** {@code this · factor + shift} */
    public Array scaled(Array factor, Array shift) {
        double[] result = new double[length()];
        Broadcast own = new Broadcast(this, shape);
        Broadcast factors = new Broadcast(factor, shape);
        Broadcast shifts = new Broadcast(shift, shape);
        double[] a = new double[Math.min(BLOCK, result.length)];
        double[] b = new double[a.length];
        double[] c = new double[a.length];
        for (int from = 0; from < result.length; from += BLOCK) {
            int count = Math.min(BLOCK, result.length - from);
            own.read(a, count);
            factors.read(b, count);
            shifts.read(c, count);
            RowSums.add(c, a, b, count);
            System.arraycopy(c, 0, result, from, count);
        }
        return new Array(result, shape);
    }

    /** What is smaller becomes the bound. */
    public Array atLeast(double bound) {
        return with(scalar(bound), Elementwise.Usual.MAX);
    }

    /** What is larger becomes the bound. */
    public Array atMost(double bound) {
        return with(scalar(bound), Elementwise.Usual.MIN);
    }

    /** The matrix product over the last two axes; those before broadcast. */
    public Array matmul(Array other) {
        int m = size(-2);
        int k = size(-1);
        int n = other.size(-1);
        if (other.size(-2) != k) {
            throw new IllegalArgumentException("matrices: " + Arrays.toString(shape) + ", "
                    + Arrays.toString(other.shape) + " (expected: the same inner size)");
        }
        int[] outer = broadcastShape(Arrays.copyOf(shape, rank() - 2), Arrays.copyOf(other.shape, other.rank() - 2));
        Array a = broadcastTo(append(outer, m, k));
        Array b = other.broadcastTo(append(outer, k, n));
        return new Array(MatrixProduct.of(a, b, elements(outer)), append(outer, m, n));
    }

    static int[] append(int[] first, int... more) {
        int[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    /** Over the given axes; over all where none is given. */
    public Array reduce(Reduction how, boolean keep, int... axes) {
        boolean[] reduced = new boolean[rank()];
        Arrays.fill(reduced, axes.length == 0);
        for (int axis : axes) {
            reduced[axis(axis)] = true;
        }
        int[] kept = new int[rank()];
        int count = 1;
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < rank(); i++) {
            kept[i] = reduced[i] ? 1 : shape[i];
            count *= reduced[i] ? shape[i] : 1;
            if (!reduced[i]) {
                left.add(shape[i]);
            }
        }
        double[] result = new Reducer(this, how, reduced).reduce(kept);
        if (how == Reduction.MEAN) {
            for (int i = 0; i < result.length; i++) {
                result[i] /= count;
            }
        }
        return new Array(
                result, keep ? kept : left.stream().mapToInt(Integer::intValue).toArray());
    }

    public static Array concat(List<Array> parts, int axis) {
        Array first = parts.getFirst();
        int along = first.axis(axis);
        int[] target = first.shape();
        target[along] = parts.stream().mapToInt(p -> p.shape[along]).sum();
        double[] result = new double[elements(target)];
        int outer = elements(Arrays.copyOf(target, along));
        int width = result.length / Math.max(outer, 1);
        int offset = 0;
        for (Array part : parts) {
            int count = part.length() / Math.max(outer, 1);
            for (int i = 0; i < outer; i++) {
                part.copy(i * count, result, i * width + offset, count);
            }
            offset += count;
        }
        return new Array(result, target);
    }

    /** From begin to end (exclusive) along one axis; a negative step walks back from begin to above end. */
    public Array slice(int axis, int begin, int end, int step) {
        int along = axis(axis);
        int[] target = shape();
        target[along] = Math.max(0, Math.ceilDiv(end - begin, step));
        int[] steps = strides(shape);
        int offset = target[along] == 0 ? 0 : begin * steps[along];
        steps[along] *= step;
        return gatherBy(target, steps, offset);
    }

    public Array reversed(int axis) {
        return slice(axis, size(axis) - 1, -1, -1);
    }

    /** One element along an axis, which disappears. */
    public Array select(int axis, int index) {
        int along = axis(axis);
        int[] fewer = IntStream.range(0, rank())
                .filter(i -> i != along)
                .map(i -> shape[i])
                .toArray();
        return slice(along, index, index + 1, 1).reshape(fewer);
    }

    /** A new axis of size 1. */
    public Array expand(int axis) {
        int at = axis < 0 ? axis + rank() + 1 : axis;
        int[] more = new int[rank() + 1];
        for (int i = 0; i < more.length; i++) {
            more[i] = i == at ? 1 : shape[i < at ? i : i - 1];
        }
        return new Array(wide, narrow, more);
    }

    public static Array stack(List<Array> parts, int axis) {
        return concat(parts.stream().map(p -> p.expand(axis)).toList(), axis);
    }

    /** Puts a margin around; its sizes before and after, for each axis. */
    public Array pad(int[] before, int[] after, double value) {
        int[] target = new int[rank()];
        int[] steps = new int[rank()];
        int offset = 0;
        for (int i = 0; i < rank(); i++) {
            target[i] = before[i] + shape[i] + after[i];
        }
        int[] wide = strides(target);
        for (int i = 0; i < rank(); i++) {
            steps[i] = wide[i];
            offset += before[i] * wide[i];
        }
        double[] result = new double[elements(target)];
        Arrays.fill(result, value);
        int[] index = new int[rank()];
        int at = offset;
        for (double element : values()) {
            result[at] = element;
            for (int axis = rank() - 1; axis >= 0; axis--) {
                at += steps[axis];
                if (++index[axis] < shape[axis]) {
                    break;
                }
                at -= steps[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return new Array(result, target);
    }

    /** Rows of this array along an axis, by the numbers in {@code indices}, whose axes take its place. */
    public Array gather(Array indices, int axis) {
        int along = axis(axis);
        int outer = elements(Arrays.copyOf(shape, along));
        int inner = elements(Arrays.copyOfRange(shape, along + 1, rank()));
        double[] result = new double[outer * indices.length() * inner];
        for (int i = 0; i < outer; i++) {
            for (int j = 0; j < indices.length(); j++) {
                int index = (int) indices.at(j);
                index = index < 0 ? index + shape[along] : index;
                copy((i * shape[along] + index) * inner, result, (i * indices.length() + j) * inner, inner);
            }
        }
        int[] target = append(
                append(Arrays.copyOf(shape, along), indices.shape), Arrays.copyOfRange(shape, along + 1, rank()));
        return new Array(result, target);
    }

    /** Each element along an axis, several times in a row. */
    public Array repeat(int axis, int times) {
        int along = axis(axis);
        double[] rows = new double[shape[along] * times];
        Arrays.setAll(rows, i -> Math.floorDiv(i, times));
        return gather(vector(rows), along);
    }

    /** exp(x − max) / Σ exp(x − max) along the given axes. */
    public Array softmax(int... axes) {
        Array shifted = minus(reduce(Reduction.MAX, true, axes)).map(Math::exp);
        return shifted.with(shifted.reduce(Reduction.SUM, true, axes), (a, b) -> a / b);
    }

    @Override
    public String toString() {
        return Arrays.toString(shape);
    }
}
