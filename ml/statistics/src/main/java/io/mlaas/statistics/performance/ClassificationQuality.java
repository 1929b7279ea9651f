package io.mlaas.statistics.performance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The quality of predicted classes. Where a denominator is 0 (nothing predicted as a class, nothing of it there) precision,
 * recall and F1 are 0, as in scikit-learn.
 *
 * @param macro the mean over the classes that occur as target or prediction
 * @param weighted the mean over classes weighted by their targets
 * @param classes by class
 * @param confusion [target][prediction]
 * @param probabilities null where no row had probabilities
 */
public record ClassificationQuality(
        long count,
        double accuracy,
        Scores macro,
        Scores weighted,
        List<ClassScores> classes,
        List<List<Long>> confusion,
        @Nullable Probabilities probabilities) {
    public record Scores(double precision, double recall, double f1) {}

    /** @param support rows whose target is this class */
    public record ClassScores(long support, double precision, double recall, double f1) {}

    /**
     * What predicted probabilities are worth.
     *
     * @param logLoss mean of -ln p(target), p clipped to [2^-52, 1 - 2^-52]
     * @param rocAuc of class 1 where there are two classes, otherwise the mean of each class against the rest
     * @param calibration of class 1 where there are two classes, otherwise of the predicted class; ten bins of equal width
     */
    public record Probabilities(long count, double logLoss, RocAuc rocAuc, Calibration calibration) {}

    /** Precision, recall and F1 of class 1, the positive one of two. */
    public ClassScores positive() {
        if (classes.size() != 2) {
            throw new IllegalStateException("classes: " + classes.size() + " (expected: 2)");
        }
        return classes.get(1);
    }
}
