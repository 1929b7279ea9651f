package io.mlaas.energy.sun;

/**
 * Random numbers by seed and index, so that the same second has the same numbers whatever was asked before: SplitMix64
 * (Steele, Lea and Flood, OOPSLA 2014) as a hash.
 */
public record Noise(long seed) {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** Another one, independent of this. */
    public Noise of(String what) {
        return new Noise(mix(seed ^ mix(what.hashCode())));
    }

    /** Uniform in [0, 1). */
    public double uniform(long index) {
        return (mix(seed + index * GOLDEN_GAMMA) >>> 11) * 0x1.0p-53;
    }

    /** Standard normal (Box and Muller). */
    public double gaussian(long index) {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(2 * index)));
        return radius * StrictMath.cos(2 * StrictMath.PI * uniform(2 * index + 1));
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
