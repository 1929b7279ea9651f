package io.mlaas.monitoring.report;

import io.mlaas.monitoring.rows.Rows;
import io.mlaas.statistics.estimation.AlertBounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Performance without labels, learned once from the reference. */
final class Estimation {
    private static final int MOST_ROWS = 20_000;
    private static final int LEAST_CHUNK = 30;
    private static final int LEAST_CHUNKS = 3;
    private static final int CHUNKS = 10;

    private final Estimator estimator;
    private final Columns reference;

    private Estimation(Estimator estimator, Columns reference) {
        this.estimator = estimator;
        this.reference = reference;
    }

    /** What learns from rows with predictions and targets. */
    interface Estimator {
        String method();

        /** How good the predictions of a window's rows probably are; empty if none of them can be judged. */
        Guess guess(Rows window);
    }

    /** @param rows that it is made from */
    record Guess(long rows, SortedMap<String, Double> metrics) {}

    /** @return null if the reference does not have what is needed */
    static @Nullable Estimation fit(Columns reference) {
        Estimator estimator = reference.rows().layout().numericTarget()
                ? LossEstimator.fit(reference.rows())
                : ConfidenceEstimator.fit(reference.rows());
        return estimator == null ? null : new Estimation(estimator, reference);
    }

    Report.@Nullable Estimated of(
            Rows window, @Nullable SortedMap<String, Double> realised, @Nullable SortedMap<String, Double> before) {
        Guess guess = estimator.guess(window);
        if (guess.metrics().isEmpty()) {
            return null;
        }
        Map<String, AlertBounds> bounds = bounds(guess);
        SortedMap<String, Report.Estimate> estimates = new TreeMap<>();
        guess.metrics().forEach((metric, value) -> {
            AlertBounds within = bounds.get(metric);
            estimates.put(
                    metric,
                    new Report.Estimate(
                            value,
                            realised == null ? null : realised.get(metric),
                            before == null ? null : before.get(metric),
                            within == null ? null : within.lower(),
                            within == null ? null : Numbers.finite(within.upper()),
                            within != null && within.alerts(value)));
        });
        return new Report.Estimated(estimator.method(), guess.rows(), estimates);
    }

    /** Of parts of the reference, one after another in time, that are as large as the window: smaller ones vary more. */
    private Map<String, AlertBounds> bounds(Guess guess) {
        int[] inTime = Numbers.firstInTime(reference, MOST_ROWS);
        int chunk = (int) Math.max(LEAST_CHUNK, Math.min(guess.rows(), inTime.length / CHUNKS));
        int chunks = inTime.length / chunk;
        if (chunks < LEAST_CHUNKS || guess.rows() < LEAST_CHUNK) {
            return Map.of();
        }
        Map<String, List<Double>> realised = new HashMap<>();
        for (int i = 0; i < chunks; i++) {
            int[] part = Arrays.copyOfRange(inTime, i * chunk, (i + 1) * chunk);
            SortedMap<String, Double> metrics = Performances.of(reference.rows().select(part));
            if (metrics != null) {
                metrics.forEach((name, value) ->
                        realised.computeIfAbsent(name, key -> new ArrayList<>()).add(value));
            }
        }
        double greatest = reference.rows().layout().numericTarget() ? Double.POSITIVE_INFINITY : 1;
        Map<String, AlertBounds> bounds = new HashMap<>();
        realised.forEach((name, values) -> {
            if (values.size() >= LEAST_CHUNKS) {
                double[] all = values.stream().mapToDouble(Double::doubleValue).toArray();
                bounds.put(name, AlertBounds.of(all, 0, greatest));
            }
        });
        return bounds;
    }
}
