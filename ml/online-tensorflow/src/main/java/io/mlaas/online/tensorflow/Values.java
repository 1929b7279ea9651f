package io.mlaas.online.tensorflow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** A tensor's bytes, as TensorFlow holds them. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Values(DataType type, long[] shape, byte[] bytes) {

    /** Whether variables of that type can be kept. */
    static boolean isKept(DataType type) {
        return javaType(type) != TType.class;
    }

    private static Class<? extends TType> javaType(DataType type) {
        return switch (type) {
            case DT_FLOAT -> TFloat32.class;
            case DT_DOUBLE -> TFloat64.class;
            case DT_INT32 -> TInt32.class;
            case DT_INT64 -> TInt64.class;
            case DT_UINT8 -> TUint8.class;
            case DT_BOOL -> TBool.class;
            default -> TType.class;
        };
    }

    static Values of(Tensor tensor) {
        byte[] bytes = new byte[Math.toIntExact(tensor.numBytes())];
        tensor.asRawTensor().data().read(bytes);
        return new Values(tensor.dataType(), tensor.shape().asArray(), bytes);
    }

    static Values floats(float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        return new Values(DataType.DT_FLOAT, shape, bytes.array());
    }

    /** Whole numbers as a tensor of the given type, 32 or 64 bits. */
    static Values integers(DataType type, float[] values, long... shape) {
        boolean wide = type == DataType.DT_INT64;
        ByteBuffer bytes = ByteBuffer.allocate(values.length * (wide ? Long.BYTES : Integer.BYTES))
                .order(ByteOrder.nativeOrder());
        for (float value : values) {
            if (wide) {
                bytes.putLong((long) value);
            } else {
                bytes.putInt((int) value);
            }
        }
        return new Values(type, shape, bytes.array());
    }

    float[] floats() {
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer().get(values);
        return values;
    }

    boolean isFinite() {
        if (type != DataType.DT_FLOAT) {
            return true;
        }
        for (float value : floats()) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** To be closed by the caller. */
    Tensor tensor() {
        return Tensor.of(javaType(type), Shape.of(shape), DataBuffers.of(bytes));
    }
}
