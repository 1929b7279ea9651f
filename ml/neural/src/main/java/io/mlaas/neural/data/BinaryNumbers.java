package io.mlaas.neural.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Numbers in binary, as several formats have them. */
final class BinaryNumbers {
    private BinaryNumbers() {}

    /** @param kind i signed, u unsigned, f floating, b or ? boolean */
    static float[] read(DataInputStream in, int count, char kind, int width, ByteOrder order) throws IOException {
        float[] values = new float[count];
        int[] next = {0};
        each(in, count, kind, width, order, value -> values[next[0]++] = value);
        return values;
    }

    /** As {@link #read}, but none of the numbers is kept. */
    static void each(DataInputStream in, int count, char kind, int width, ByteOrder order, ArrayVisitor.NumberSink sink)
            throws IOException {
        byte[] chunk = new byte[8192 * width];
        for (int from = 0; from < count; from += 8192) {
            int some = Math.min(8192, count - from);
            in.readFully(chunk, 0, some * width);
            ByteBuffer buffer = ByteBuffer.wrap(chunk).order(order);
            for (int i = 0; i < some; i++) {
                sink.take((float) one(buffer, kind, width));
            }
        }
    }

    private static double one(ByteBuffer buffer, char kind, int width) {
        if (kind == 'f') {
            return switch (width) {
                case 2 -> Float.float16ToFloat(buffer.getShort());
                case 4 -> buffer.getFloat();
                default -> buffer.getDouble();
            };
        }
        boolean signed = kind == 'i';
        return switch (width) {
            case 1 -> signed ? buffer.get() : buffer.get() & 0xFF;
            case 2 -> signed ? buffer.getShort() : buffer.getShort() & 0xFFFF;
            case 4 -> signed ? buffer.getInt() : buffer.getInt() & 0xFFFF_FFFFL;
            default -> buffer.getLong();
        };
    }

    /** Reorders from column-major (Fortran, MATLAB). */
    static float[] rowMajor(float[] values, List<Integer> shape) {
        if (shape.size() < 2) {
            return values;
        }
        float[] ordered = new float[values.length];
        int[] index = new int[shape.size()];
        int[] strides = new int[shape.size()];
        int stride = 1;
        for (int d = shape.size() - 1; d >= 0; d--) {
            strides[d] = stride;
            stride *= shape.get(d);
        }
        for (float value : values) {
            int at = 0;
            for (int d = 0; d < index.length; d++) {
                at += index[d] * strides[d];
            }
            ordered[at] = value;
            for (int d = 0; d < index.length && ++index[d] == shape.get(d); d++) {
                index[d] = 0;
            }
        }
        return ordered;
    }
}
