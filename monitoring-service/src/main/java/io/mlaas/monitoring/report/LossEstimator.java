package io.mlaas.monitoring.report;

import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.statistics.estimation.DirectLossEstimation;
import io.mlaas.statistics.estimation.DirectLossEstimation.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Errors of numbers, by models of the losses that are learned from the reference: direct loss estimation. */
final class LossEstimator implements Estimation.Estimator {
    /** What is learned from is bounded: rows times columns times models. */
    private static final long MOST_VALUES = 4_000_000;

    private static final long MOST_ASKED = 8_000_000;
    private static final int MOST_ROWS = 20_000;
    private static final int MOST_ASKED_ROWS = 100_000;
    private static final int FEWEST_ROWS = 1_000;
    private static final int MOST_OUTPUTS = 8;
    private static final int LEAST = 100;

    private final Rows reference;
    private final List<DirectLossEstimation> ofOutputs;

    private LossEstimator(Rows reference, List<DirectLossEstimation> ofOutputs) {
        this.reference = reference;
        this.ofOutputs = ofOutputs;
    }

    static @Nullable LossEstimator fit(Rows reference) {
        int outputs = reference.layout().outputs().size();
        if (outputs > MOST_OUTPUTS) {
            return null;
        }
        long width = Numbers.features(reference.layout()).size() + 1L;
        int most = (int) Math.clamp(MOST_VALUES / (2L * outputs * width), FEWEST_ROWS, MOST_ROWS);
        List<DirectLossEstimation> fitted = new ArrayList<>();
        for (int output = 0; output < outputs; output++) {
            int[] judged = Numbers.judged(reference, output, Numbers.first(reference.size(), most));
            if (judged.length < LEAST) {
                return null;
            }
            fitted.add(DirectLossEstimation.fit(
                    matrix(reference, judged, reference),
                    Numbers.pick(predictions(reference, output), judged),
                    Numbers.pick(reference.numbers(reference.layout().first(Role.TARGET) + output), judged),
                    Metric.MAE,
                    Metric.RMSE));
        }
        return new LossEstimator(reference, fitted);
    }

    private static double[][] matrix(Rows rows, int[] selection, Rows dictionaries) {
        return Numbers.matrix(rows, selection, Numbers.features(rows.layout()), dictionaries);
    }

    private static double[] predictions(Rows rows, int output) {
        return rows.numbers(rows.layout().first(Role.PREDICTION) + output);
    }

    @Override
    public String method() {
        return "dle";
    }

    @Override
    public Estimation.Guess guess(Rows window) {
        long width = Numbers.features(window.layout()).size() + 1L;
        int most = (int) Math.clamp(MOST_ASKED / width, FEWEST_ROWS, MOST_ASKED_ROWS);
        double absolute = 0;
        double squared = 0;
        long rows = 0;
        for (int output = 0; output < ofOutputs.size(); output++) {
            double[] predicted = predictions(window, output);
            int[] there = IntStream.of(Numbers.first(window.size(), most))
                    .filter(row -> Math.abs(predicted[row]) <= Numbers.LARGEST)
                    .toArray();
            if (there.length == 0) {
                continue;
            }
            double[][] matrix = matrix(window, there, reference);
            double[] answers = Numbers.pick(predicted, there);
            DirectLossEstimation losses = ofOutputs.get(output);
            double root = losses.estimate(Metric.RMSE, matrix, answers);
            absolute += there.length * losses.estimate(Metric.MAE, matrix, answers);
            squared += there.length * root * root;
            rows += there.length;
        }
        SortedMap<String, Double> metrics = new TreeMap<>();
        if (rows > 0) {
            metrics.put("mae", absolute / rows);
            metrics.put("rmse", Math.sqrt(squared / rows));
            metrics.values().removeIf(value -> !Double.isFinite(value));
        }
        return new Estimation.Guess(Math.ceilDiv(rows, (long) ofOutputs.size()), metrics);
    }
}
