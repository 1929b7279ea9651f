package io.mlaas.ppfl.protocol.message;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Vectors of 32-bit floats, little-endian. */
public final class Vectors {
    private Vectors() {}

    public static ByteString bytes(float[] values) {
        return ByteString.copyFrom(array(values));
    }

    public static byte[] array(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** @throws ProtocolException if these are not whole numbers of floats */
    public static float[] floats(ByteString bytes) {
        return floats(bytes.asReadOnlyByteBuffer());
    }

    public static float[] floats(byte[] bytes) {
        return floats(ByteBuffer.wrap(bytes));
    }

    private static float[] floats(ByteBuffer bytes) {
        if (bytes.remaining() % Float.BYTES != 0) {
            throw new ProtocolException(
                    bytes.remaining() + " bytes (expected: 32-bit floats, a multiple of " + Float.BYTES + ")");
        }
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
