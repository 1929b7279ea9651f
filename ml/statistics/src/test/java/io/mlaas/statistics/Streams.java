package io.mlaas.statistics;

/** Deterministic random numbers: a 64-bit linear congruential generator, and Box–Muller on top of it. */
public final class Streams {
    private Streams() {}

    /** Uniform in [0, 1): the upper 53 bits of s ← 6364136223846793005·s + 1442695040888963407. */
    public static double[] uniform(int count, long seed) {
        double[] numbers = new double[count];
        long state = seed;
        for (int i = 0; i < count; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            numbers[i] = (state >>> 11) * 0x1p-53;
        }
        return numbers;
    }

    /** Standard normal: one from each pair of uniforms. */
    public static double[] gauss(int count, long seed) {
        double[] pairs = uniform(2 * count, seed);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = Math.sqrt(-2 * Math.log(pairs[2 * i])) * Math.cos(2 * Math.PI * pairs[2 * i + 1]);
        }
        return numbers;
    }
}
