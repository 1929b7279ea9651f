package io.mlaas.monitoring.report;

import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.statistics.IntervalQuality;
import io.mlaas.statistics.performance.ClassificationAccumulator;
import io.mlaas.statistics.performance.ClassificationQuality;
import io.mlaas.statistics.performance.IntervalAccumulator;
import io.mlaas.statistics.performance.RegressionAccumulator;
import io.mlaas.statistics.performance.RegressionQuality;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Metrics of the rows whose target is known. */
final class Performances {
    private static final double ROUNDING = 0.01;

    private Performances() {}

    /** @return null if no row has a prediction and a target */
    static @Nullable SortedMap<String, Double> of(Rows rows) {
        return rows.layout().numericTarget() ? ofNumbers(rows) : ofClasses(rows);
    }

    private static @Nullable SortedMap<String, Double> ofNumbers(Rows rows) {
        int prediction = rows.layout().first(Role.PREDICTION);
        int target = rows.layout().first(Role.TARGET);
        RegressionAccumulator errors = new RegressionAccumulator();
        for (int output = 0; output < rows.layout().outputs().size(); output++) {
            double[] predicted = rows.numbers(prediction + output);
            double[] actual = rows.numbers(target + output);
            for (int row = 0; row < rows.size(); row++) {
                if (Math.abs(predicted[row]) <= Numbers.LARGEST && Math.abs(actual[row]) <= Numbers.LARGEST) {
                    errors.add(actual[row], predicted[row]);
                }
            }
        }
        if (errors.count() == 0) {
            return null;
        }
        RegressionQuality quality = errors.quality();
        SortedMap<String, Double> metrics = new TreeMap<>();
        put(metrics, "me", quality.meanError());
        put(metrics, "mae", quality.meanAbsoluteError());
        put(metrics, "rmse", quality.rootMeanSquaredError());
        put(metrics, "r2", quality.rSquared());
        put(metrics, "mape", quality.mape().textbook());
        put(metrics, "mape_evidently", quality.mape().evidently());
        put(metrics, "mape_zero_safe", quality.mape().zeroSafe());
        put(metrics, "wape", quality.mape().weighted());
        intervals(rows, metrics);
        return metrics;
    }

    /** Of the rows that have both ends. */
    private static void intervals(Rows rows, SortedMap<String, Double> metrics) {
        Layout layout = rows.layout();
        Double wanted = layout.interval();
        if (wanted == null) {
            return;
        }
        IntervalAccumulator intervals = new IntervalAccumulator(wanted);
        for (int output = 0; output < layout.outputs().size(); output++) {
            double[] actual = rows.numbers(layout.first(Role.TARGET) + output);
            double[] lower = rows.numbers(layout.first(Role.LOWER) + output);
            double[] upper = rows.numbers(layout.first(Role.UPPER) + output);
            for (int row = 0; row < rows.size(); row++) {
                if (Math.abs(actual[row]) <= Numbers.LARGEST
                        && Math.max(Math.abs(lower[row]), Math.abs(upper[row])) <= Numbers.LARGEST) {
                    intervals.add(actual[row], lower[row], upper[row]);
                }
            }
        }
        if (intervals.count() > 0) {
            IntervalQuality quality = intervals.quality();
            put(metrics, "coverage", quality.coverage());
            put(metrics, "interval_width", quality.meanWidth());
            put(metrics, "pinball", quality.pinball());
        }
    }

    private static @Nullable SortedMap<String, Double> ofClasses(Rows rows) {
        Layout layout = rows.layout();
        int prediction = layout.first(Role.PREDICTION);
        int target = layout.first(Role.TARGET);
        List<String> classes = classes(rows, prediction, target);
        int[] predictedPlaces = places(classes, rows.dictionary(prediction));
        int[] actualPlaces = places(classes, rows.dictionary(target));
        // of one class alone there is still something to be said
        ClassificationAccumulator counts = new ClassificationAccumulator(Math.max(2, classes.size()));
        for (int row = 0; row < rows.size(); row++) {
            int predicted = place(predictedPlaces, rows.codes(prediction)[row]);
            int actual = place(actualPlaces, rows.codes(target)[row]);
            if (predicted < 0 || actual < 0) {
                continue;
            }
            double[] probabilities = probabilities(rows, row);
            if (probabilities == null || probabilities.length != classes.size()) {
                counts.add(actual, predicted);
            } else {
                counts.add(actual, predicted, probabilities);
            }
        }
        return counts.count() == 0
                ? null
                : metrics(counts.quality(), layout.classes().size() == 2);
    }

    private static int place(int[] places, int code) {
        return code < 0 ? -1 : places[code];
    }

    /** Which class each category of a column is, or -1. */
    static int[] places(Rows rows, int column) {
        return places(rows.layout().classes(), rows.dictionary(column));
    }

    private static int[] places(List<String> classes, String... dictionary) {
        return Arrays.stream(dictionary).mapToInt(classes::indexOf).toArray();
    }

    /** The schema's, or those that there are. */
    private static List<String> classes(Rows rows, int prediction, int target) {
        if (!rows.layout().classes().isEmpty()) {
            return rows.layout().classes();
        }
        TreeSet<String> found = new TreeSet<>(List.of(rows.dictionary(prediction)));
        found.addAll(List.of(rows.dictionary(target)));
        return List.copyOf(found);
    }

    /** Null unless all are there and add up to one. */
    static double @Nullable [] probabilities(Rows rows, int row) {
        int classes = rows.layout().classes().size();
        int first = rows.layout().first(Role.PROBABILITY);
        double[] found = new double[classes];
        double sum = 0;
        for (int i = 0; i < classes; i++) {
            found[i] = rows.numbers(first + i)[row];
            if (!(found[i] >= 0 && found[i] <= 1)) {
                return null;
            }
            sum += found[i];
        }
        return classes > 0 && Math.abs(sum - 1) < ROUNDING ? found : null;
    }

    private static SortedMap<String, Double> metrics(ClassificationQuality quality, boolean binary) {
        SortedMap<String, Double> metrics = new TreeMap<>();
        put(metrics, "accuracy", quality.accuracy());
        put(
                metrics,
                "precision",
                binary ? quality.positive().precision() : quality.macro().precision());
        put(
                metrics,
                "recall",
                binary ? quality.positive().recall() : quality.macro().recall());
        put(metrics, "f1", binary ? quality.positive().f1() : quality.macro().f1());
        ClassificationQuality.Probabilities probabilities = quality.probabilities();
        if (probabilities != null) {
            put(metrics, "log_loss", probabilities.logLoss());
            put(metrics, "roc_auc", probabilities.rocAuc().value());
            put(metrics, "ece", probabilities.calibration().error());
        }
        return metrics;
    }

    private static void put(SortedMap<String, Double> metrics, String name, double value) {
        if (Double.isFinite(value)) {
            metrics.put(name, value);
        }
    }
}
