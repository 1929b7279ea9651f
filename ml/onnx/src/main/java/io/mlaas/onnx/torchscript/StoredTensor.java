package io.mlaas.onnx.torchscript;

import com.google.protobuf.ByteString;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor of the archive: a strided view into a storage.
 *
 * @param storage name of the storage's entry, such as {@code data/3}
 * @param bytes the whole storage, little-endian
 * @param offset first element
 * @param strides elements from one index to the next, per axis
 */
@SuppressWarnings("ArrayRecordComponent") // copied when made; equality is by key()
public record StoredTensor(
        String storage, ElementType type, ByteBuffer bytes, long offset, long[] sizes, long[] strides) {
    private static final int MAX_RANK = 16;

    public StoredTensor {
        if (sizes.length != strides.length || sizes.length > MAX_RANK || offset < 0) {
            throw damaged("shape " + Arrays.toString(sizes) + ", strides " + Arrays.toString(strides));
        }
        long elements = 1;
        long last = offset;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] < 0 || strides[i] < 0 || (sizes[i] > 0 && elements > Integer.MAX_VALUE / sizes[i])) {
                throw damaged("shape " + Arrays.toString(sizes) + ", strides " + Arrays.toString(strides));
            }
            elements *= sizes[i];
            if (sizes[i] > 1 && strides[i] > Integer.MAX_VALUE) {
                throw damaged("strides " + Arrays.toString(strides));
            }
            last += Math.max(0, sizes[i] - 1) * strides[i];
        }
        long stored = bytes.capacity() / type.bytes();
        if (elements > 0 && (last < 0 || last >= stored)) {
            throw damaged("element " + last + " of storage " + storage + " (expected: < " + stored + ")");
        }
        // Strides of zero repeat elements: what is unpacked must not be larger than what a file could hold.
        if (elements * type.bytes() > Math.max(1L << 24, 4L * bytes.capacity())) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "shape " + Arrays.toString(sizes) + " over a storage of " + stored + " elements");
        }
        if (elements * type.bytes() > Integer.MAX_VALUE - 64) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE,
                    "shape " + Arrays.toString(sizes) + " of " + type + " (expected: below 2 GiB, the limit of ONNX)");
        }
        bytes = bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        sizes = sizes.clone();
        strides = strides.clone();
    }

    public int elements() {
        return (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    }

    /** The elements in row-major order, little-endian: a view of the storage where that has this order. */
    public ByteBuffer contents() {
        int width = type.bytes();
        int elements = elements();
        if (isContiguous()) {
            return bytes.slice(Math.toIntExact(offset * width), elements * width)
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        ByteBuffer out = ByteBuffer.allocate(elements * width).order(ByteOrder.LITTLE_ENDIAN);
        long[] index = new long[sizes.length];
        for (int i = 0; i < elements; i++) {
            int from = Math.toIntExact(position(index) * width);
            for (int b = 0; b < width; b++) {
                out.put(bytes.get(from + b));
            }
            for (int axis = sizes.length - 1; axis >= 0 && ++index[axis] == sizes[axis]; axis--) {
                index[axis] = 0;
            }
        }
        return out.flip();
    }

    /** The same numbers as 64-bit floats, in row-major order; only for 32-bit floats. */
    public StoredTensor asFloat64() {
        ByteBuffer narrow = contents();
        if (narrow.remaining() > Integer.MAX_VALUE / 2) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "shape " + Arrays.toString(sizes) + " of float64 (expected: below 2 GiB)");
        }
        ByteBuffer wide = ByteBuffer.allocate(2 * narrow.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        while (narrow.hasRemaining()) {
            wide.putDouble(narrow.getFloat());
        }
        long[] rowMajor = new long[sizes.length];
        long stride = 1;
        for (int axis = sizes.length - 1; axis >= 0; axis--) {
            rowMajor[axis] = stride;
            stride *= Math.max(1, sizes[axis]);
        }
        return new StoredTensor(key() + " as float64", ElementType.FLOAT64, wide.flip(), 0, sizes, rowMajor);
    }

    /** A copy of {@link #contents}. */
    public ByteString data() {
        return ByteString.copyFrom(contents());
    }

    private long position(long[] index) {
        long position = offset;
        for (int i = 0; i < index.length; i++) {
            position += index[i] * strides[i];
        }
        return position;
    }

    private boolean isContiguous() {
        long expected = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            if (sizes[i] != 1 && strides[i] != expected) {
                return false;
            }
            expected *= sizes[i];
        }
        return true;
    }

    /** What distinguishes one view from another: equal keys mean the same elements. */
    public String key() {
        return storage + "+" + offset + Arrays.toString(sizes) + Arrays.toString(strides);
    }

    /** The only element of a tensor with one element, as a number. */
    public double scalar() {
        ByteBuffer in = contents();
        return switch (type) {
            case FLOAT32 -> in.getFloat(0);
            case FLOAT64 -> in.getDouble(0);
            case FLOAT16 -> Float.float16ToFloat(in.getShort(0));
            case BFLOAT16 -> Float.intBitsToFloat(in.getShort(0) << 16);
            case INT64 -> in.getLong(0);
            case INT32 -> in.getInt(0);
            case INT16 -> in.getShort(0);
            case INT8 -> in.get(0);
            case UINT8 -> Byte.toUnsignedInt(in.get(0));
            case BOOL -> in.get(0) == 0 ? 0 : 1;
            case STRING -> throw new IllegalStateException("type: string (expected: numbers)");
        };
    }

    private static TranslationRefused damaged(String what) {
        return new TranslationRefused(Reason.DAMAGED, "a tensor that its storage cannot hold: " + what);
    }
}
