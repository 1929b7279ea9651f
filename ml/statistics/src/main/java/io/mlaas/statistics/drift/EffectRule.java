package io.mlaas.statistics.drift;

/**
 * What a significant difference must amount to before it is called drift. With enough rows a test rejects anything: of a million
 * rows, a shift of a hundredth of a standard deviation. So a p-value from more than {@code above} reference values is drift only
 * if the effect is {@code least} or more. The effect is a difference of probability, from 0 to 1: of numbers, the greatest one of
 * being below any limit (Kolmogorov and Smirnov's D); of categories, the total variation distance.
 *
 * @param above reference values; Evidently tests by p-values by default up to 1,000 only, and the default leaves those verdicts alone
 * @param least effect, 0 to 1; the default of 0.05 is a shift of the normal distribution by an eighth of its standard deviation
 */
public record EffectRule(long above, double least) {
    public static final EffectRule DEFAULT = new EffectRule(1_000, 0.05);

    /** Significance alone decides, however many rows there are. */
    public static final EffectRule NONE = new EffectRule(Long.MAX_VALUE, 0);

    public EffectRule {
        if (above < 0) {
            throw new IllegalArgumentException("above: " + above + " (expected: >= 0)");
        }
        if (!(least >= 0 && least <= 1)) {
            throw new IllegalArgumentException("least: " + least + " (expected: from 0 to 1)");
        }
    }

    boolean isEnough(long referenceSize, double effect) {
        return referenceSize <= above || effect >= least;
    }
}
