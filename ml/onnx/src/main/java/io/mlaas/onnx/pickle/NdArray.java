package io.mlaas.onnx.pickle;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A NumPy array. Whatever order the pickle stores it in, elements are given in row-major order.
 */
public final class NdArray {
    private Dtype dtype = Dtype.of("i1");
    private long[] shape = {0};
    private boolean fortran;
    private byte[] data = {};
    private int fieldOffset;
    private int stride;
    private @Nullable List<@Nullable Object> objects;

    NdArray() {}

    /** An array of 64-bit floats, for readers of other formats. */
    public static NdArray of(double[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        NdArray array = new NdArray();
        array.fill(Dtype.of("f8"), shape, false, bytes.array());
        return array;
    }

    /** @throws MalformedPickle unless there are as many bytes as the shape says */
    void fill(Dtype type, long[] sizes, boolean columnMajor, byte[] bytes) {
        if (type.kind == 'O') {
            throw new MalformedPickle("array of objects given as bytes");
        }
        long expected = Math.multiplyExact(count(sizes), type.itemSize());
        if (bytes.length != expected) {
            throw new MalformedPickle("array of shape " + Arrays.toString(sizes) + ": " + bytes.length
                    + " bytes (expected: " + expected + ")");
        }
        dtype = type;
        shape = sizes.clone();
        fortran = columnMajor && sizes.length > 1;
        data = bytes;
        fieldOffset = 0;
        stride = type.itemSize();
        objects = null;
    }

    void fill(Dtype type, long[] sizes, boolean columnMajor, List<@Nullable Object> elements) {
        if (elements.size() != count(sizes)) {
            throw new MalformedPickle("array of shape " + Arrays.toString(sizes) + ": " + elements.size() + " objects");
        }
        dtype = type;
        shape = sizes.clone();
        fortran = columnMajor && sizes.length > 1;
        objects = elements;
    }

    static long count(long[] shape) {
        if (shape.length > 64) {
            throw new MalformedPickle("array of " + shape.length + " axes (expected: <= 64)");
        }
        long count = 1;
        for (long size : shape) {
            if (size < 0) {
                throw new MalformedPickle("array of shape " + Arrays.toString(shape) + " (expected: sizes >= 0)");
            }
            count = Math.multiplyExact(count, size);
        }
        if (count > Integer.MAX_VALUE - 64) {
            throw new MalformedPickle(
                    "array of " + count + " elements (expected: <= " + (Integer.MAX_VALUE - 64) + ")");
        }
        return count;
    }

    public long[] shape() {
        return shape.clone();
    }

    public int rank() {
        return shape.length;
    }

    /** Size of an axis; 1 where the array has no such axis. */
    public int size(int axis) {
        return axis < shape.length ? Math.toIntExact(shape[axis]) : 1;
    }

    /** Number of elements. */
    public int size() {
        return (int) count(shape);
    }

    /** Such as {@code f8}, {@code U12}, {@code O8}. */
    public String dtype() {
        return dtype.toString();
    }

    public boolean isNumeric() {
        return objects == null && dtype.fields().isEmpty() && "fiub".indexOf(dtype.kind) >= 0;
    }

    public boolean isFloating() {
        return objects == null && dtype.kind == 'f';
    }

    public boolean isText() {
        return dtype.kind == 'U' || dtype.kind == 'S';
    }

    public boolean isObjects() {
        return objects != null;
    }

    /** Names of the fields of an array of records, such as the nodes of a tree. */
    public Set<String> fields() {
        return Collections.unmodifiableSet(dtype.fields().keySet());
    }

    /** @throws TranslationRefused when the records have no such field */
    public NdArray field(String name) {
        Dtype.Field field = dtype.fields().get(name);
        if (field == null) {
            throw new TranslationRefused(
                    Reason.DAMAGED,
                    "array of records: no field " + name + " (found: "
                            + dtype.fields().keySet() + ")");
        }
        NdArray view = new NdArray();
        view.dtype = field.type();
        view.shape = shape;
        view.fortran = fortran;
        view.data = data;
        view.fieldOffset = field.offset();
        view.stride = stride;
        return view;
    }

    /** The elements as numbers; booleans are 0 and 1. Objects count if they are numbers. */
    public double[] doubles() {
        double[] values = new double[size()];
        int[] order = order();
        if (objects != null) {
            for (int i = 0; i < values.length; i++) {
                values[i] = number(objects.get(place(order, i)));
            }
            return values;
        }
        ByteBuffer bytes = bytes();
        for (int i = 0; i < values.length; i++) {
            values[i] = doubleAt(bytes, at(place(order, i)));
        }
        return values;
    }

    /** The elements as integers. */
    public long[] longs() {
        long[] values = new long[size()];
        int[] order = order();
        ByteBuffer bytes = bytes();
        for (int i = 0; i < values.length; i++) {
            int place = place(order, i);
            values[i] = objects != null
                    ? (long) number(objects.get(place))
                    : dtype.kind == 'f' ? (long) doubleAt(bytes, at(place)) : longAt(bytes, at(place));
        }
        return values;
    }

    public int[] ints() {
        return Arrays.stream(longs()).mapToInt(Math::toIntExact).toArray();
    }

    /** The elements: numbers ({@link Double}, {@link Long}), {@link Boolean}s, {@link String}s or decoded objects. */
    public List<@Nullable Object> toList() {
        int[] order = order();
        ByteBuffer bytes = bytes();
        int count = size();
        List<@Nullable Object> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(objects != null ? objects.get(place(order, i)) : valueAt(bytes, at(place(order, i))));
        }
        return Collections.unmodifiableList(values);
    }

    /** The only element of an array that has one. */
    @Nullable
    Object single() {
        return toList().getFirst();
    }

    private @Nullable Object valueAt(ByteBuffer bytes, int at) {
        return switch (dtype.kind) {
            case 'f' -> doubleAt(bytes, at);
            case 'i', 'u' -> longAt(bytes, at);
            case 'b' -> bytes.get(at) != 0;
            case 'U' -> text(at, dtype.isBigEndian() ? Charset.forName("UTF-32BE") : Charset.forName("UTF-32LE"));
            case 'S' -> text(at, StandardCharsets.ISO_8859_1);
            default -> throw unreadable("plain values");
        };
    }

    private String text(int at, Charset charset) {
        String padded = new String(data, at, dtype.itemSize(), charset);
        int end = padded.length();
        while (end > 0 && padded.charAt(end - 1) == 0) {
            end--;
        }
        return padded.substring(0, end);
    }

    private double doubleAt(ByteBuffer bytes, int at) {
        if (dtype.kind != 'f') {
            return longAt(bytes, at);
        }
        return switch (dtype.itemSize()) {
            case 2 -> Float.float16ToFloat(bytes.getShort(at));
            case 4 -> bytes.getFloat(at);
            default -> bytes.getDouble(at);
        };
    }

    private long longAt(ByteBuffer bytes, int at) {
        if (dtype.kind != 'i' && dtype.kind != 'u' && dtype.kind != 'b') {
            throw unreadable("numbers");
        }
        boolean signed = dtype.kind == 'i';
        return switch (dtype.itemSize()) {
            case 1 -> signed ? bytes.get(at) : bytes.get(at) & 0xffL;
            case 2 -> signed ? bytes.getShort(at) : bytes.getShort(at) & 0xffffL;
            case 4 -> signed ? bytes.getInt(at) : bytes.getInt(at) & 0xffffffffL;
            default -> bytes.getLong(at);
        };
    }

    private double number(@Nullable Object value) {
        return switch (value) {
            case Number number -> number.doubleValue();
            case Boolean truth -> truth ? 1 : 0;
            case null, default -> throw unreadable("numbers");
        };
    }

    private TranslationRefused unreadable(String expected) {
        return new TranslationRefused(Reason.DAMAGED, "array of " + dtype + " (expected: " + expected + ")");
    }

    private ByteBuffer bytes() {
        return ByteBuffer.wrap(data).order(dtype.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }

    private int at(int place) {
        return place * stride + fieldOffset;
    }

    private static int place(int[] order, int i) {
        return order.length == 0 ? i : order[i];
    }

    /** Where the elements lie, in row-major order; empty when they lie so. */
    private int[] order() {
        if (!fortran) {
            return new int[0];
        }
        int[] strides = new int[shape.length];
        int step = 1;
        for (int axis = 0; axis < shape.length; axis++) {
            strides[axis] = step;
            step *= (int) shape[axis];
        }
        return IntStream.range(0, size())
                .map(i -> {
                    int rest = i;
                    int place = 0;
                    for (int axis = shape.length - 1; axis >= 0; axis--) {
                        place += strides[axis] * (rest % (int) shape[axis]);
                        rest /= (int) shape[axis];
                    }
                    return place;
                })
                .toArray();
    }

    @Override
    public String toString() {
        return "array of " + dtype + " " + Arrays.toString(shape);
    }
}
