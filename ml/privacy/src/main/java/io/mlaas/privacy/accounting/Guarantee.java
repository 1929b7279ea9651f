package io.mlaas.privacy.accounting;

/**
 * (ε, δ)-differential privacy.
 *
 * @param order the Rényi order at which ε is smallest, NaN if ε does not come from a curve
 */
public record Guarantee(double epsilon, double delta, double order) {
    public Guarantee {
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException("epsilon: " + epsilon + " (expected: 0 or more)");
        }
        if (!(delta >= 0 && delta < 1)) {
            throw new IllegalArgumentException("delta: " + delta + " (expected: 0 or more and below 1)");
        }
    }
}
