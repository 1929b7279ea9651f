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
     * What all of them cost at this δ: those with a curve by Rényi composition with the δ that the others leave, the others
     * by their sums; or all by their sums, if that is less and their δ is not more. Infinite where neither holds.
     */
    public static Guarantee of(Collection<PrivacyCost> parts, double delta) {
        double byCurves = byCurves(parts, delta);
        Guarantee sums = basic(parts.stream()
                .map(part -> new Guarantee(part.epsilon(), part.delta(), Double.NaN))
                .toList());
        double bySums = sums.delta() <= delta ? sums.epsilon() : Double.POSITIVE_INFINITY;
        return new Guarantee(Math.min(byCurves, bySums), delta, Double.NaN);
    }

    private static double byCurves(Collection<PrivacyCost> parts, double delta) {
        RdpCurve total = null;
        double epsilon = 0;
        double left = delta;
        for (PrivacyCost part : parts) {
            RdpCurve curve = part.curve();
            if (curve == null) {
                epsilon += part.epsilon();
                left -= part.delta();
            } else {
                total = total == null ? curve : total.plus(curve);
            }
        }
        if (total == null) {
            return left >= 0 ? epsilon : Double.POSITIVE_INFINITY;
        }
        return left > 0 ? epsilon + total.guarantee(left).epsilon() : Double.POSITIVE_INFINITY;
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
