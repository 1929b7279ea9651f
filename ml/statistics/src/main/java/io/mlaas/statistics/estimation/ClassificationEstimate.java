package io.mlaas.statistics.estimation;

/**
 * Estimated quality of a classifier: expected counts instead of counted ones. With two classes precision, recall and F1 are those
 * of the positive class, with more the mean over classes.
 *
 * @param rocAuc NaN where no row can be of one of the classes
 */
public record ClassificationEstimate(
        long count, double accuracy, double precision, double recall, double specificity, double f1, double rocAuc) {}
