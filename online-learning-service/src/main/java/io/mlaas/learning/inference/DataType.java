package io.mlaas.learning.inference;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The protocol's element types that numbers are read from, with their bytes in little-endian order. */
enum DataType {
    BOOL(1) {
        @Override
        double read(ByteBuffer bytes) {
            return bytes.get();
        }
    },
    INT8(1) {
        @Override
        double read(ByteBuffer bytes) {
            return bytes.get();
        }
    },
    UINT8(1) {
        @Override
        double read(ByteBuffer bytes) {
            return Byte.toUnsignedInt(bytes.get());
        }
    },
    INT16(2) {
        @Override
        double read(ByteBuffer bytes) {
            return bytes.getShort();
        }
    },
    UINT16(2) {
        @Override
        double read(ByteBuffer bytes) {
            return Short.toUnsignedInt(bytes.getShort());
        }
    },
    INT32(4) {
        @Override
        double read(ByteBuffer bytes) {
            return bytes.getInt();
        }
    },
    UINT32(4) {
        @Override
        double read(ByteBuffer bytes) {
            return Integer.toUnsignedLong(bytes.getInt());
        }
    },
    INT64(8) {
        @Override
        double read(ByteBuffer bytes) {
            return bytes.getLong();
        }
    },
    FP32(4) {
        @Override
        double read(ByteBuffer bytes) {
            return bytes.getFloat();
        }
    },
    FP64(8) {
        @Override
        double read(ByteBuffer bytes) {
            return bytes.getDouble();
        }
    },
    /** Texts, each after its length (four bytes). */
    BYTES(0) {
        @Override
        double read(ByteBuffer bytes) {
            throw new UnsupportedOperationException("texts are no numbers");
        }
    };

    private final int size;

    DataType(int size) {
        this.size = size;
    }

    /** Bytes of one element; 0 for texts. */
    int size() {
        return size;
    }

    abstract double read(ByteBuffer bytes);

    static DataType named(String name, String tensor) {
        return Arrays.stream(values())
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InferenceException(
                        tensor + ": datatype: " + name + " (expected: one of " + Arrays.toString(values()) + ")"));
    }
}
