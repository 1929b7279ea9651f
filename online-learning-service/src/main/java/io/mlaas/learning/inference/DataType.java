package io.mlaas.learning.inference;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** The protocol's element types, with their bytes in little-endian order. */
enum DataType {
    BOOL(1, ByteBuffer::get),
    INT8(1, ByteBuffer::get),
    UINT8(1, bytes -> Byte.toUnsignedInt(bytes.get())),
    INT16(2, ByteBuffer::getShort),
    UINT16(2, bytes -> Short.toUnsignedInt(bytes.getShort())),
    INT32(4, ByteBuffer::getInt),
    UINT32(4, bytes -> Integer.toUnsignedLong(bytes.getInt())),
    INT64(8, ByteBuffer::getLong),
    UINT64(8, bytes -> unsigned(bytes.getLong())),
    FP16(2, bytes -> Float.float16ToFloat(bytes.getShort())),
    BF16(2, bytes -> Float.intBitsToFloat(bytes.getShort() << 16)),
    FP32(4, ByteBuffer::getFloat),
    FP64(8, ByteBuffer::getDouble),
    /** Texts, each after its length (four bytes): no numbers. */
    BYTES(0, bytes -> Double.NaN);

    private final int size;
    private final ToDoubleFunction<ByteBuffer> number;

    DataType(int size, ToDoubleFunction<ByteBuffer> number) {
        this.size = size;
        this.number = number;
    }

    /** Bytes of one element; 0 for texts. */
    int size() {
        return size;
    }

    /** The next element, of a type of numbers. */
    double read(ByteBuffer bytes) {
        return number.applyAsDouble(bytes);
    }

    static double unsigned(long bits) {
        return bits >= 0 ? bits : 2.0 * (bits >>> 1) + (bits & 1);
    }

    static DataType named(String name, String tensor) {
        return Arrays.stream(values())
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InferenceException(
                        tensor + ": datatype: " + name + " (expected: one of " + Arrays.toString(values()) + ")"));
    }
}
