package io.mlaas.neural.network;

/**
 * A random number generator whose every output is fixed by its seed, on every platform and Java version: reproducible
 * training must not depend on a library's choice of algorithm.
 *
 * <p>Source: Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014 (SplitMix64).
 */
public final class SplitMix64 {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private long state;

    public SplitMix64(long seed) {
        this.state = seed;
    }

    /** As a seed it makes a generator that goes on from here. */
    public long state() {
        return state;
    }

    public long nextLong() {
        state += GOLDEN_GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Uniform in [0, 1), 53 bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Uniform in [0, bound); rejects the uneven rest, so that no value is favoured. */
    public int nextInt(int bound) {
        long limit = (1L << 62) / bound * bound;
        long bits = nextLong() >>> 2;
        while (bits >= limit) {
            bits = nextLong() >>> 2;
        }
        return (int) (bits % bound);
    }

    /** Standard normal (Box and Muller); StrictMath gives the same bits everywhere. */
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * StrictMath.PI * nextDouble());
    }

    /** Fisher and Yates. */
    public void shuffle(int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = nextInt(i + 1);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }
}
