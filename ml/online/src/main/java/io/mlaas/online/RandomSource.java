package io.mlaas.online;

import java.util.random.RandomGenerator;

/**
 * SplitMix64 (Steele, Lea and Flood 2014) with a state that can be written down: 64 bits. What is drawn from it does not
 * depend on the version of the JDK.
 */
public final class RandomSource implements RandomGenerator {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    public RandomSource(long seed) {
        state = seed;
    }

    public long state() {
        return state;
    }

    public void state(long written) {
        state = written;
    }

    @Override
    public long nextLong() {
        state += GOLDEN;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Uniform in [0, 1). */
    @Override
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Uniform from 0 to {@code bound - 1}; the bias is below {@code bound / 2^53}. */
    @Override
    public int nextInt(int bound) {
        return (int) (nextDouble() * bound);
    }

    /** Normal with mean 0 and deviation 1 (Box and Muller 1958); takes two numbers from the source. */
    @Override
    public double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * nextDouble());
    }

    /** Poisson with a small mean: the number of factors until a product of uniform numbers falls below e^-mean. */
    public int nextPoisson(double mean) {
        double limit = StrictMath.exp(-mean);
        int count = 0;
        for (double product = nextDouble(); product > limit; product *= nextDouble()) {
            count++;
        }
        return count;
    }
}
