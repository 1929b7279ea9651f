package io.mlaas.explanation;

/** How contributions are calculated. */
public sealed interface Method {

    /** Shrikumar et al., 2017; products of what both depends on the input are shared as Shapley's value shares them. */
    record DeepLift(Rule rule) implements Method {}

    /**
     * Sundararajan et al., 2017: the gradient along the straight line from the reference to the input, by the
     * Gauss–Legendre rule.
     *
     * @param points where the gradient is taken, 1 to 1000
     */
    record IntegratedGradients(int points) implements Method {
        public IntegratedGradients {
            if (points < 1 || points > 1000) {
                throw new ExplanationRefused("points: " + points + " (expected: 1 to 1000)");
            }
        }
    }

    /** What DeepLIFT does at a function of each element. */
    enum Rule {
        /** The difference of the output through that of the input. */
        RESCALE,
        /** Positive and negative contributions apart, averaged over which of them comes first. */
        REVEAL_CANCEL
    }

    static Method deepLift() {
        return new DeepLift(Rule.RESCALE);
    }

    static Method revealCancel() {
        return new DeepLift(Rule.REVEAL_CANCEL);
    }

    /** With 50 points. */
    static Method integratedGradients() {
        return new IntegratedGradients(50);
    }
}
