package io.mlaas.privacy.accounting;

import org.jspecify.annotations.Nullable;

/**
 * What a run costs the people whose data it learns from, known before it starts.
 *
 * @param epsilon infinite if nothing is promised
 * @param accountant how ε was found, e.g. {@code RDP, tight conversion}
 * @param curve what it costs at each Rényi order, for adding it to other runs; null if only ε and δ are known
 * @param explanation in a sentence, for people
 */
public record PrivacyCost(
        double epsilon,
        double delta,
        String accountant,
        @Nullable RdpCurve curve,
        String explanation) {
    public PrivacyCost {
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException("epsilon: " + epsilon + " (expected: 0 or more)");
        }
        if (!(delta >= 0 && delta < 1)) {
            throw new IllegalArgumentException("delta: " + delta + " (expected: 0 or more and below 1)");
        }
    }

    /** The cost of what an RDP curve describes. */
    public static PrivacyCost of(RdpCurve curve, double delta, Conversion conversion, String explanation) {
        return new PrivacyCost(
                curve.guarantee(delta, conversion).epsilon(),
                delta,
                conversion == Conversion.TIGHT ? "RDP, tight conversion" : "RDP, classic conversion",
                curve,
                explanation);
    }

    /** Of a run without any mechanism: no ε holds. */
    public static PrivacyCost unbounded(String explanation) {
        return new PrivacyCost(Double.POSITIVE_INFINITY, 0, "none", null, explanation);
    }

    /** Whether any ε holds at all. */
    public boolean bounded() {
        return epsilon < Double.POSITIVE_INFINITY;
    }
}
