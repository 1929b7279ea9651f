package io.mlaas.privacy.attack;

/** ln(p / (1 - p)), p the probability that a model gives to the true label: about normally distributed over models. */
public final class LogOdds {
    private static final double LEAST = 1e-45;

    private LogOdds() {}

    /** From what goes into the softmax, so that nothing is lost where p is almost 1. */
    public static double ofLogits(float[] logits, int label) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < logits.length; i++) {
            if (i != label) {
                largest = Math.max(largest, logits[i]);
            }
        }
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            if (i != label) {
                sum += Math.exp(logits[i] - largest);
            }
        }
        return logits[label] - largest - Math.log(sum);
    }

    /** From probabilities; the others are summed, since 1 - p has few digits. */
    public static double ofProbabilities(float[] probabilities, int label) {
        double others = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (i != label) {
                others += probabilities[i];
            }
        }
        return Math.log(Math.max(probabilities[label], LEAST)) - Math.log(Math.max(others, LEAST));
    }
}
