package io.mlaas.federated.partition;

import io.mlaas.neural.network.SplitMix64;

/** Draws from a symmetric Dirichlet distribution: gamma variates over their sum, in logarithms, as a small α underflows. */
final class DirichletShares {
    private DirichletShares() {}

    /** @return {@code count} shares >= 0 that add up to 1 */
    static double[] draw(double alpha, int count, SplitMix64 random) {
        double[] shares = new double[count];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            // Gamma(α) is Gamma(α + 1) · U^(1/α)
            double uniform = StrictMath.log(1 - random.nextDouble());
            shares[i] = StrictMath.log(gamma(alpha + 1, random)) + uniform / alpha;
            largest = Math.max(largest, shares[i]);
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            shares[i] = StrictMath.exp(shares[i] - largest);
            sum += shares[i];
        }
        for (int i = 0; i < count; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /** For shapes >= 1: Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, 2000. */
    private static double gamma(double shape, SplitMix64 random) {
        double d = shape - 1.0 / 3;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = 1 + c * x;
            v = v * v * v;
            double u = 1 - random.nextDouble();
            if (v > 0 && StrictMath.log(u) < x * x / 2 + d - d * v + d * StrictMath.log(v)) {
                return d * v;
            }
        }
    }
}
