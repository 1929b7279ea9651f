package io.mlaas.federated.training;

/**
 * How long an update may be: what a single client can move the model by, and so how much noise hides it.
 *
 * <p>Andrew et al., Differentially Private Learning with Adaptive Clipping, NeurIPS 2021.
 */
public sealed interface Clipping {

    /** C of the first round. */
    double norm();

    /** C is the same in all rounds. */
    record Fixed(double norm) implements Clipping {
        public Fixed {
            requireNorm(norm);
        }
    }

    /**
     * C follows a quantile γ of the clients' norms: C ← C · exp(−η(b̃ − γ)), where b̃ is the noisy share of clients whose
     * update was not longer than C.
     *
     * @param quantile γ from 0 to 1
     * @param learningRate η
     */
    record Adaptive(double norm, double quantile, double learningRate) implements Clipping {
        public Adaptive {
            requireNorm(norm);
            if (!(quantile >= 0 && quantile <= 1)) {
                throw new IllegalArgumentException("quantile: " + quantile + " (expected: 0 to 1)");
            }
            if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("clipping learning rate: " + learningRate + " (expected: > 0)");
            }
        }

        /** The next round's C. */
        public double next(double norm, double unclipped) {
            return norm * StrictMath.exp(-learningRate * (unclipped - quantile));
        }
    }

    /**
     * The noise multiplier left for the updates when counting the unclipped takes its part of the privacy: z_Δ = (z⁻² −
     * (2σ_b)⁻²)^(−1/2).
     *
     * @param noiseMultiplier z of the whole round
     * @param countNoise σ_b, the standard deviation of the noise on the count
     */
    static double updateNoiseMultiplier(double noiseMultiplier, double countNoise) {
        double left = 1 / (noiseMultiplier * noiseMultiplier) - 1 / (4 * countNoise * countNoise);
        if (!(left > 0)) {
            throw new IllegalArgumentException("noise multiplier: " + noiseMultiplier + " (expected: < "
                    + 2 * countNoise + ", twice the noise on the count of clients, which spends its part)");
        }
        return 1 / Math.sqrt(left);
    }

    /**
     * Shortens a vector to {@code norm}, in place.
     *
     * @return whether it was not longer
     */
    static boolean clip(float[] delta, double norm) {
        double squares = 0;
        for (float value : delta) {
            squares += (double) value * value;
        }
        double length = Math.sqrt(squares);
        if (length <= norm) {
            return true;
        }
        double factor = norm / length;
        for (int i = 0; i < delta.length; i++) {
            delta[i] = towardsZero(delta[i] * factor);
        }
        return false;
    }

    /** The float next to a number that is not further from zero: rounding must not make the vector longer again. */
    private static float towardsZero(double value) {
        float rounded = (float) value;
        return Math.abs((double) rounded) > Math.abs(value)
                ? Math.nextDown(Math.abs(rounded)) * Math.signum(rounded)
                : rounded;
    }

    private static void requireNorm(double norm) {
        if (!(norm > 0 && norm < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("clipping norm: " + norm + " (expected: > 0)");
        }
    }
}
