package io.mlaas.privacy.accounting;

import java.util.List;

/** The least noise that keeps a budget. */
public final class NoiseMultiplier {
    /** Opacus' default: how far below the target the ε of the answer may be. */
    public static final double TOLERANCE = .01;

    private static final double MOST = 1e6;

    private NoiseMultiplier() {}

    /** As {@link #solve(double, double, double, long, double, List)} at Opacus' orders and tolerance. */
    public static double solve(double targetEpsilon, double delta, double samplingRate, long steps) {
        return solve(targetEpsilon, delta, samplingRate, steps, TOLERANCE, Orders.OPACUS);
    }

    /**
     * The noise multiplier with which so many steps of the sampled Gaussian mechanism cost at most the target, by bisection
     * from [0, 10] (doubled where that is not enough), and at least target - tolerance.
     *
     * @throws IllegalArgumentException if no noise keeps the budget at these orders
     */
    public static double solve(
            double targetEpsilon,
            double delta,
            double samplingRate,
            long steps,
            double tolerance,
            List<Double> orders) {
        if (!(targetEpsilon > 0 && targetEpsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("target epsilon: " + targetEpsilon + " (expected: above 0)");
        }
        if (steps < 1) {
            throw new IllegalArgumentException("steps: " + steps + " (expected: 1 or more)");
        }
        if (!(tolerance > 0)) {
            throw new IllegalArgumentException("tolerance: " + tolerance + " (expected: above 0)");
        }
        double low = 0;
        double high = 10;
        double epsilon = epsilon(high, delta, samplingRate, steps, orders);
        while (epsilon > targetEpsilon) {
            low = high;
            high *= 2;
            if (high > MOST) {
                throw new IllegalArgumentException("target epsilon: " + targetEpsilon
                        + " (expected: one that some noise reaches; at these orders and delta " + delta
                        + " the least is " + epsilon + ")");
            }
            epsilon = epsilon(high, delta, samplingRate, steps, orders);
        }
        while (targetEpsilon - epsilon > tolerance && Math.nextUp(low) < high) {
            double middle = (low + high) / 2;
            double there = epsilon(middle, delta, samplingRate, steps, orders);
            if (there < targetEpsilon) {
                high = middle;
                epsilon = there;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private static double epsilon(double noise, double delta, double rate, long steps, List<Double> orders) {
        return GaussianRdp.sampled(noise, rate, orders)
                .times(steps)
                .guarantee(delta)
                .epsilon();
    }
}
