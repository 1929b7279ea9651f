package io.mlaas.training.comparison;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What elements of tensors may be. */
enum NumberType {
    FLOAT64(8),
    FLOAT32(4),
    FLOAT16(2),
    BFLOAT16(2),
    INT64(8),
    INT32(4),
    INT16(2),
    INT8(1),
    UINT64(8),
    UINT32(4),
    UINT16(2),
    UINT8(1),
    BOOL(1);

    private final int bytes;

    NumberType(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    static Optional<NumberType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    boolean same(ByteBuffer one, ByteBuffer other, int place) {
        for (int i = place * bytes; i < (place + 1) * bytes; i++) {
            if (one.get(i) != other.get(i)) {
                return false;
            }
        }
        return true;
    }

    double number(ByteBuffer elements, int place) {
        int at = place * bytes;
        return switch (this) {
            case FLOAT64 -> elements.getDouble(at);
            case FLOAT32 -> elements.getFloat(at);
            case FLOAT16 -> Float.float16ToFloat(elements.getShort(at));
            case BFLOAT16 -> Float.intBitsToFloat(elements.getShort(at) << 16);
            case INT64 -> elements.getLong(at);
            case INT32 -> elements.getInt(at);
            case INT16 -> elements.getShort(at);
            case INT8, BOOL -> elements.get(at);
            case UINT64 -> Double.parseDouble(Long.toUnsignedString(elements.getLong(at)));
            case UINT32 -> Integer.toUnsignedLong(elements.getInt(at));
            case UINT16 -> Short.toUnsignedInt(elements.getShort(at));
            case UINT8 -> Byte.toUnsignedInt(elements.get(at));
        };
    }

    /** With as many digits as tell it from its neighbours. */
    String text(ByteBuffer elements, int place) {
        int at = place * bytes;
        return switch (this) {
            case FLOAT64 -> Double.toString(elements.getDouble(at));
            case FLOAT32 -> Float.toString(elements.getFloat(at));
            case FLOAT16, BFLOAT16 -> Float.toString((float) number(elements, place));
            case INT64 -> Long.toString(elements.getLong(at));
            case UINT64 -> Long.toUnsignedString(elements.getLong(at));
            case BOOL -> Boolean.toString(elements.get(at) != 0);
            case INT32, INT16, INT8, UINT32, UINT16, UINT8 -> Long.toString((long) number(elements, place));
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
