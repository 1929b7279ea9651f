package io.mlaas.statistics.estimation;

/**
 * Confidence-based performance estimation (CBPE) of a classifier: where probabilities are calibrated, they say how probable each
 * prediction is right, and so what a confusion matrix would count on average. Calibration is learned from a reference with labels,
 * class by class, only where it is needed; with several classes the calibrated probabilities are normed to 1.
 */
public final class ConfidenceBasedEstimation {
    private final Calibrator[] calibrators;

    private ConfidenceBasedEstimation(Calibrator... calibrators) {
        this.calibrators = calibrators;
    }

    /**
     * @param probabilities [row][class] of the reference
     * @param targets class of each row
     */
    public static ConfidenceBasedEstimation fit(double[][] probabilities, int[] targets) {
        Inputs.some("probabilities", probabilities.length);
        Inputs.sameLength("targets", targets.length, probabilities.length);
        int classes = probabilities[0].length;
        if (classes < 2) {
            throw new IllegalArgumentException("probabilities[0]: " + classes + " values (expected: at least 2)");
        }
        check(probabilities, classes);
        for (int i = 0; i < targets.length; i++) {
            index("targets", i, targets[i], classes);
        }
        Calibrator[] calibrators = new Calibrator[classes];
        for (int c = classes == 2 ? 1 : 0; c < classes; c++) {
            boolean[] happened = new boolean[targets.length];
            for (int i = 0; i < targets.length; i++) {
                happened[i] = targets[i] == c;
            }
            calibrators[c] = Calibrator.fit(column(probabilities, c), happened);
        }
        if (classes == 2) {
            calibrators[0] = calibrators[1];
        }
        return new ConfidenceBasedEstimation(calibrators);
    }

    private static void check(double[][] probabilities, int classes) {
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i].length != classes) {
                throw new IllegalArgumentException("probabilities[" + i + "]: " + probabilities[i].length
                        + " values (expected: " + classes + ", one for each class)");
            }
            Inputs.probabilities("probabilities[" + i + "]", probabilities[i]);
        }
    }

    private static void index(String name, int row, int value, int classes) {
        if (value < 0 || value >= classes) {
            throw new IllegalArgumentException(
                    name + "[" + row + "]: class " + value + " (expected: 0 to " + (classes - 1) + ")");
        }
    }

    /** Whether this class's probabilities are calibrated before they are believed. */
    public boolean calibrates(int index) {
        return calibrators[index].calibrates();
    }

    /**
     * @param probabilities [row][class], as the model gave them
     * @param predictions class of each row
     */
    public ClassificationEstimate estimate(double[][] probabilities, int[] predictions) {
        Inputs.some("probabilities", probabilities.length);
        Inputs.sameLength("predictions", predictions.length, probabilities.length);
        check(probabilities, calibrators.length);
        for (int i = 0; i < predictions.length; i++) {
            index("predictions", i, predictions[i], calibrators.length);
        }
        return calibrators.length == 2 ? binary(probabilities, predictions) : multiclass(probabilities, predictions);
    }

    private ClassificationEstimate binary(double[][] probabilities, int... predictions) {
        double[] scores = column(probabilities, 1);
        double[] calibrated = new double[scores.length];
        for (int i = 0; i < scores.length; i++) {
            calibrated[i] = calibrators[1].probability(scores[i]);
        }
        ExpectedCounts counts = ExpectedCounts.of(calibrated, predicted(predictions, 1));
        int rows = scores.length;
        return new ClassificationEstimate(
                rows,
                (counts.truePositives() + counts.trueNegatives()) / rows,
                counts.precision(),
                counts.recall(),
                counts.specificity(),
                counts.f1(),
                ExpectedCounts.area(calibrated, scores));
    }

    private ClassificationEstimate multiclass(double[][] probabilities, int... predictions) {
        double[][] calibrated = calibrated(probabilities);
        int classes = calibrators.length;
        double right = 0;
        for (int i = 0; i < calibrated.length; i++) {
            right += calibrated[i][predictions[i]];
        }
        double[] sums = new double[5];
        for (int c = 0; c < classes; c++) {
            double[] column = column(calibrated, c);
            ExpectedCounts counts = ExpectedCounts.of(column, predicted(predictions, c));
            sums[0] += counts.precision();
            sums[1] += counts.recall();
            sums[2] += counts.specificity();
            sums[3] += counts.f1();
            sums[4] += ExpectedCounts.area(column, column(probabilities, c));
        }
        return new ClassificationEstimate(
                calibrated.length,
                right / calibrated.length,
                sums[0] / classes,
                sums[1] / classes,
                sums[2] / classes,
                sums[3] / classes,
                sums[4] / classes);
    }

    private double[][] calibrated(double[]... probabilities) {
        double[][] calibrated = new double[probabilities.length][calibrators.length];
        for (int i = 0; i < probabilities.length; i++) {
            double sum = 0;
            for (int c = 0; c < calibrators.length; c++) {
                calibrated[i][c] = calibrators[c].probability(probabilities[i][c]);
                sum += calibrated[i][c];
            }
            for (int c = 0; c < calibrators.length; c++) {
                calibrated[i][c] = sum == 0 ? 1.0 / calibrators.length : calibrated[i][c] / sum;
            }
        }
        return calibrated;
    }

    private static boolean[] predicted(int[] predictions, int index) {
        boolean[] predicted = new boolean[predictions.length];
        for (int i = 0; i < predictions.length; i++) {
            predicted[i] = predictions[i] == index;
        }
        return predicted;
    }

    private static double[] column(double[][] rows, int index) {
        double[] column = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            column[i] = rows[i][index];
        }
        return column;
    }
}
