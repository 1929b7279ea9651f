package io.mlaas.neural.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * How well labels were predicted.
 *
 * @param confusion {@code confusion[true][predicted]} counts samples
 * @param logLoss mean of -log of the probability given to the true class, natural logarithm, probabilities clipped to
 *     [2.2e-16, 1] as scikit-learn's {@code log_loss} does for double precision
 */
@SuppressWarnings("ArrayRecordComponent") // bulk numbers; documented as not copied
public record ClassificationReport(
        List<String> classes, int[][] confusion, double accuracy, List<PerClass> perClass, double logLoss) {
    private static final double LEAST = Math.ulp(1.0);

    /** Of one class; 0 where the quotient has no denominator, as scikit-learn's {@code zero_division=0}. */
    public record PerClass(String label, double precision, double recall, double f1, int support) {}

    /**
     * @param labels true classes, indices into {@code classes}
     * @param probabilities one row per sample, one column per class
     */
    public static ClassificationReport of(List<String> classes, int[] labels, double[][] probabilities) {
        if (labels.length != probabilities.length) {
            throw new IllegalArgumentException(
                    "probabilities: " + probabilities.length + " rows (expected: " + labels.length + ")");
        }
        int[][] confusion = new int[classes.size()][classes.size()];
        double logLoss = 0;
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            int predicted = largest(probabilities[i]);
            confusion[labels[i]][predicted]++;
            right += predicted == labels[i] ? 1 : 0;
            logLoss -= Math.log(Math.max(LEAST, probabilities[i][labels[i]]));
        }
        List<PerClass> perClass = new ArrayList<>();
        for (int c = 0; c < classes.size(); c++) {
            int truth = 0;
            int predicted = 0;
            for (int other = 0; other < classes.size(); other++) {
                truth += confusion[c][other];
                predicted += confusion[other][c];
            }
            double precision = quotient(confusion[c][c], predicted);
            double recall = quotient(confusion[c][c], truth);
            double f1 = quotient(2.0 * confusion[c][c], truth + predicted);
            perClass.add(new PerClass(classes.get(c), precision, recall, f1, truth));
        }
        return new ClassificationReport(
                classes, confusion, quotient(right, labels.length), perClass, logLoss / Math.max(1, labels.length));
    }

    /** Mean of the classes' F1, each class counting the same. */
    public double macroF1() {
        return perClass.stream().mapToDouble(PerClass::f1).average().orElse(0);
    }

    /** The confusion matrix as text: a row per true class, a column per predicted one. */
    public String confusionText() {
        int width = 5;
        for (String label : classes) {
            width = Math.max(width, label.length() + 1);
        }
        StringBuilder text = new StringBuilder(pad("true\\as", width + 3));
        for (String label : classes) {
            text.append(pad(label, width));
        }
        for (int row = 0; row < confusion.length; row++) {
            text.append('\n').append(pad(classes.get(row), width + 3));
            for (int count : confusion[row]) {
                text.append(pad(count == 0 ? "." : String.valueOf(count), width));
            }
        }
        return text.toString();
    }

    private static String pad(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    private static double quotient(double numerator, double denominator) {
        return denominator == 0 ? 0 : numerator / denominator;
    }

    private static int largest(double[] row) {
        int largest = 0;
        for (int i = 1; i < row.length; i++) {
            if (row[i] > row[largest]) {
                largest = i;
            }
        }
        return largest;
    }
}
