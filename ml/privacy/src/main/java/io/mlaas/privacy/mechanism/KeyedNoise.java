package io.mlaas.privacy.mechanism;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * Noise that is a function of (secret, label, round): AES-256 in counter mode under a key derived by HKDF-SHA-256 (RFC
 * 5869). The same three give the same noise on every machine, so that a run that died goes on to the same result; without
 * the secret the noise cannot be told from chance. Whoever has the secret can take the noise away. One instance is one
 * stream: two releases must never draw from streams of the same (secret, label, round), or their difference shows the data.
 *
 * <p>Numbers are doubles. I. Mironov, "On Significance of the Least Significant Bits for Differential Privacy" (2012), shows
 * that the last bits of value + noise give the value away to whoever sees them: round what is published to a grid that does
 * not depend on the data (votes publish an index only; updates are published as floats, whose 24 bits are most of a remedy
 * but no proof), or use {@link #discreteLaplace} and {@link #discreteGaussian} for whole numbers, which have no such bits.
 *
 * <p>Not safe for several threads at once.
 */
public final class KeyedNoise {
    private static final byte[] SALT = "mlaas privacy noise 1".getBytes(StandardCharsets.UTF_8);
    private static final int BLOCK = 8192;

    private final Cipher stream;
    private final byte[] zeros = new byte[BLOCK];
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private double spare = Double.NaN;

    private KeyedNoise(Cipher stream) {
        this.stream = stream;
    }

    /**
     * @param secret 16 bytes or more that nobody guesses
     * @param label what the noise is for, e.g. {@code "aggregate"}
     * @param round its number; every round has a stream of its own
     */
    public static KeyedNoise of(byte[] secret, String label, long round) {
        if (secret.length < 16) {
            throw new IllegalArgumentException("secret: " + secret.length + " bytes (expected: 16 or more)");
        }
        byte[] name = label.getBytes(StandardCharsets.UTF_8);
        byte[] info = ByteBuffer.allocate(Long.BYTES + name.length)
                .putLong(round)
                .put(name)
                .array();
        try {
            SecretKey key = KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            "AES",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret)
                                    .addSalt(SALT)
                                    .thenExpand(info, 32));
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[16]));
            return new KeyedNoise(cipher);
        } catch (InvalidAlgorithmParameterException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("HKDF-SHA256 and AES are part of every Java 25", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key fits the cipher", e);
        }
    }

    /** 64 bits of the stream. */
    public long nextLong() {
        if (bytes.remaining() < Long.BYTES) {
            byte[] next = stream.update(zeros);
            bytes = ByteBuffer.wrap(next);
        }
        return bytes.getLong();
    }

    /** Uniform on the open interval (0, 1), 53 bits of it. */
    public double uniform() {
        return ((nextLong() >>> 11) + .5) * 0x1p-53;
    }

    /** Uniform on 0, …, bound - 1, without bias. */
    public int below(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound: " + bound + " (expected: 1 or more)");
        }
        long limit = Long.MAX_VALUE - Long.MAX_VALUE % bound;
        long drawn;
        do {
            drawn = nextLong() >>> 1;
        } while (drawn >= limit);
        return (int) (drawn % bound);
    }

    /** Lap(b): density exp(-|x|/b) / 2b. */
    public double laplace(double scale) {
        checkScale(scale);
        double magnitude = -scale * StrictMath.log(uniform());
        return nextLong() < 0 ? -magnitude : magnitude;
    }

    /** N(0, σ²), by Marsaglia's polar method (1964). */
    public double gaussian(double sigma) {
        checkScale(sigma);
        if (!Double.isNaN(spare)) {
            double kept = spare;
            spare = Double.NaN;
            return sigma * kept;
        }
        double x;
        double y;
        double s;
        do {
            x = 2 * uniform() - 1;
            y = 2 * uniform() - 1;
            s = x * x + y * y;
        } while (s >= 1 || s == 0);
        double factor = StrictMath.sqrt(-2 * StrictMath.log(s) / s);
        spare = y * factor;
        return sigma * (x * factor);
    }

    /** Adds N(0, σ²) to each value, in order. */
    public void addGaussian(float[] values, double sigma) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] + gaussian(sigma));
        }
    }

    /** Laplace's distribution on the whole numbers: P(x) in proportion to exp(-|x|/b), the difference of two geometric ones. */
    public long discreteLaplace(double scale) {
        checkScale(scale);
        long first = geometric(scale);
        return first - geometric(scale);
    }

    private long geometric(double scale) {
        return (long) StrictMath.floor(-scale * StrictMath.log(uniform()));
    }

    /**
     * Gauss's distribution on the whole numbers: P(x) in proportion to exp(-x²/2σ²), by rejection from the discrete Laplace
     * one (Canonne, Kamath and Steinke 2020, algorithm 3). Costs no more than the continuous one of the same σ.
     */
    public long discreteGaussian(double sigma) {
        checkScale(sigma);
        double t = StrictMath.floor(sigma) + 1;
        while (true) {
            long candidate = discreteLaplace(t);
            double distance = Math.abs(candidate) - sigma * sigma / t;
            if (uniform() < StrictMath.exp(-distance * distance / (2 * sigma * sigma))) {
                return candidate;
            }
        }
    }

    private static void checkScale(double scale) {
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("scale: " + scale + " (expected: above 0)");
        }
    }
}
