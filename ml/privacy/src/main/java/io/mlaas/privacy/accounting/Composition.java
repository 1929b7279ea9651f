package io.mlaas.privacy.accounting;

import java.util.Collection;

/** What several mechanisms cost together of which only ε and δ are known. */
public final class Composition {
    private Composition() {}

    /** The sums: always valid (C. Dwork and A. Roth 2014, theorem 3.16). */
    public static Guarantee basic(Collection<Guarantee> parts) {
        double epsilon = 0;
        double delta = 0;
        for (Guarantee part : parts) {
            epsilon += part.epsilon();
            delta += part.delta();
        }
        return new Guarantee(epsilon, Math.min(delta, Math.nextDown(1.0)), Double.NaN);
    }

    /**
     * k mechanisms of ε each: k ε² + ε √(2 k ln(1/δ)), the moments' bound of N. Papernot et al., "Semi-supervised Knowledge
     * Transfer for Deep Learning from Private Training Data" (2017), which follows from ε-DP being (α, ε² α / 2)-RDP.
     */
    public static Guarantee strong(double epsilon, long mechanisms, double delta) {
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException("epsilon: " + epsilon + " (expected: 0 or more)");
        }
        if (mechanisms < 0) {
            throw new IllegalArgumentException("mechanisms: " + mechanisms + " (expected: 0 or more)");
        }
        if (!(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException("delta: " + delta + " (expected: between 0 and 1)");
        }
        double root = Math.sqrt(2 * mechanisms * -Math.log(delta));
        return new Guarantee(mechanisms * epsilon * epsilon + epsilon * root, delta, Double.NaN);
    }
}
