package io.mlaas.federated.secagg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** PRG of the paper: AES-256 in counter mode, which this platform's Java does in hardware. A key is used once. */
final class Mask {

    private static final int CHUNK = 1 << 15;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] ZEROS = new byte[CHUNK];

    private final byte[] key;
    private final int bytesPerValue;

    Mask(byte[] key, int bits) {
        this.key = key;
        this.bytesPerValue = bits / 8;
    }

    void addTo(long[] vector) {
        apply(vector, 1);
    }

    void subtractFrom(long[] vector) {
        apply(vector, -1);
    }

    /** Leaves 32-bit sums unreduced in their upper half: whoever reads them reduces. */
    private void apply(long[] vector, int sign) {
        try {
            var cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
            var stream = new byte[CHUNK];
            var perChunk = CHUNK / bytesPerValue;
            for (var from = 0; from < vector.length; from += perChunk) {
                cipher.update(ZEROS, 0, CHUNK, stream, 0);
                apply(vector, from, Math.min(perChunk, vector.length - from), stream, sign);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES in counter mode", e);
        }
    }

    private void apply(long[] vector, int from, int count, byte[] stream, int sign) {
        if (bytesPerValue == Long.BYTES) {
            for (var i = 0; i < count; i++) {
                vector[from + i] += sign * (long) LONGS.get(stream, i * Long.BYTES);
            }
        } else {
            for (var i = 0; i < count; i++) {
                vector[from + i] += sign * (long) (int) INTS.get(stream, i * Integer.BYTES);
            }
        }
    }
}
