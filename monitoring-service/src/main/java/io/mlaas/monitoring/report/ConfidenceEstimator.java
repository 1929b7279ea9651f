package io.mlaas.monitoring.report;

import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.statistics.estimation.ClassificationEstimate;
import io.mlaas.statistics.estimation.ConfidenceBasedEstimation;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How often classes are right, from their probabilities, which the reference calibrates: confidence-based estimation. */
final class ConfidenceEstimator implements Estimation.Estimator {
    private static final int MOST_ROWS = 20_000;
    private static final int MOST_ASKED_ROWS = 100_000;
    private static final int LEAST = 100;

    private final ConfidenceBasedEstimation estimation;

    private ConfidenceEstimator(ConfidenceBasedEstimation estimation) {
        this.estimation = estimation;
    }

    /** Rows with probabilities, and the class that the given column has. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Judged(double[][] probabilities, int[] classes) {

        static Judged of(Rows rows, Role role, int most) {
            int column = rows.layout().first(role);
            int[] places = Performances.places(rows, column);
            double[][] probabilities = new double[Math.min(most, rows.size())][];
            int[] classes = new int[probabilities.length];
            int count = 0;
            for (int row = 0; row < probabilities.length; row++) {
                int code = rows.codes(column)[row];
                double[] given = Performances.probabilities(rows, row);
                if (code >= 0 && places[code] >= 0 && given != null) {
                    probabilities[count] = given;
                    classes[count++] = places[code];
                }
            }
            return new Judged(Arrays.copyOf(probabilities, count), Arrays.copyOf(classes, count));
        }
    }

    static @Nullable ConfidenceEstimator fit(Rows reference) {
        if (reference.layout().classes().size() < 2) {
            return null;
        }
        Judged judged = Judged.of(reference, Role.TARGET, MOST_ROWS);
        return judged.classes().length < LEAST
                ? null
                : new ConfidenceEstimator(ConfidenceBasedEstimation.fit(judged.probabilities(), judged.classes()));
    }

    @Override
    public String method() {
        return "cbpe";
    }

    @Override
    public Estimation.Guess guess(Rows window) {
        SortedMap<String, Double> metrics = new TreeMap<>();
        Judged judged = Judged.of(window, Role.PREDICTION, MOST_ASKED_ROWS);
        if (judged.classes().length > 0) {
            ClassificationEstimate estimate = estimation.estimate(judged.probabilities(), judged.classes());
            metrics.put("accuracy", estimate.accuracy());
            metrics.put("precision", estimate.precision());
            metrics.put("recall", estimate.recall());
            metrics.put("f1", estimate.f1());
            metrics.put("roc_auc", estimate.rocAuc());
            metrics.values().removeIf(value -> !Double.isFinite(value));
        }
        return new Estimation.Guess(judged.classes().length, metrics);
    }
}
