package io.mlaas.privacy.mechanism;

import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/**
 * How much Gaussian noise one release needs: B. Balle and Y.-X. Wang, "Improving the Gaussian Mechanism for Differential
 * Privacy" (2018), theorem 8, exact at every ε (the textbook's √(2 ln(1.25/δ))/ε holds below 1 only and is larger).
 */
public final class GaussianMechanism {
    private GaussianMechanism() {}

    /** The δ of N(0, σ²) added to a value of this L2 sensitivity, at this ε. */
    public static double delta(double epsilon, double sigma, double sensitivity) {
        double a = sensitivity / (2 * sigma);
        double b = epsilon * sigma / sensitivity;
        // eᵉ Φ(-a - b) with e = ((a + b)² - (a - b)²) / 2, put together so that nothing overflows
        double x = (a + b) / Math.sqrt(2);
        double second = .5 * Erfcx.value(x) * Math.exp(epsilon - x * x);
        return Math.max(0, .5 * Erfc.value((b - a) / Math.sqrt(2)) - second);
    }

    /** The least σ with which one release is (ε, δ)-private. */
    public static double sigma(double epsilon, double delta, double sensitivity) {
        if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("epsilon: " + epsilon + " (expected: above 0)");
        }
        if (!(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException("delta: " + delta + " (expected: between 0 and 1)");
        }
        if (!(sensitivity > 0 && sensitivity < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sensitivity: " + sensitivity + " (expected: above 0)");
        }
        double high = sensitivity;
        while (delta(epsilon, high, sensitivity) > delta) {
            high *= 2;
        }
        double low = 0;
        for (int i = 0; i < 200 && Math.nextUp(low) < high; i++) {
            double middle = (low + high) / 2;
            if (delta(epsilon, middle, sensitivity) > delta) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
