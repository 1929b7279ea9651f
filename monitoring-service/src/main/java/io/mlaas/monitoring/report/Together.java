package io.mlaas.monitoring.report;

import io.mlaas.monitoring.monitor.DriftTests;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.statistics.drift.MaximumMeanDiscrepancy;
import io.mlaas.statistics.drift.PcaReconstruction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Drift of the numeric features together. What is missing is taken to be the reference's mean. */
final class Together {
    private static final int FEWEST = 2;
    private static final int MOST = 200;
    private static final int LEAST_ROWS = 30;
    private static final int LEAST_CHUNKS = 3;
    private static final int CHUNKS = 10;
    private static final int MMD_ROWS = 500;
    private static final int PCA_ROWS = 10_000;
    private static final int PERMUTATIONS = 100;
    private static final long SEED = 1;
    private static final double LEVEL = 0.05;

    private final Columns reference;
    private final List<Integer> columns = new ArrayList<>();
    private final List<Double> means = new ArrayList<>();
    private final List<Double> scales = new ArrayList<>();

    Together(Columns reference) {
        this.reference = reference;
        for (int column : Numbers.features(reference.rows().layout())) {
            if (reference.rows().layout().numeric(column)) {
                add(column, reference.rows().numbers(column));
            }
        }
    }

    /** A column that the reference has, and that is not always the same there. */
    private void add(int column, double... values) {
        double[] there = Arrays.stream(values)
                .filter(value -> Math.abs(value) <= Numbers.LARGEST)
                .toArray();
        double mean = Arrays.stream(there).sum() / there.length;
        double squares = Arrays.stream(there).map(x -> (x - mean) * (x - mean)).sum();
        double deviation = Math.sqrt(squares / there.length);
        if (2 * there.length >= values.length && deviation > 0) {
            columns.add(column);
            means.add(mean);
            scales.add(deviation);
        }
    }

    /** @return null if there are too few or too many features, too few rows, or nothing is asked for */
    @Nullable
    List<Report.Multivariate> of(Columns window, DriftTests tests) {
        int least = Math.max(LEAST_ROWS, tests.minRows());
        if (columns.size() < FEWEST
                || columns.size() > MOST
                || Math.min(window.rows().size(), reference.rows().size()) < least) {
            return null;
        }
        List<Report.Multivariate> found = new ArrayList<>();
        for (DriftTests.Multivariate method : tests.multivariate()) {
            Report.Multivariate result =
                    switch (method) {
                        case MMD -> discrepancy(window.rows());
                        case PCA -> reconstruction(window.rows());
                    };
            if (result != null) {
                found.add(result);
            }
        }
        return found.isEmpty() ? null : found;
    }

    private Report.Multivariate discrepancy(Rows window) {
        MaximumMeanDiscrepancy result = MaximumMeanDiscrepancy.test(
                scaled(reference.rows(), Numbers.first(reference.rows().size(), MMD_ROWS)),
                scaled(window, Numbers.first(window.size(), MMD_ROWS)),
                PERMUTATIONS,
                SEED);
        double p = result.pValue();
        return new Report.Multivariate("mmd", columns.size(), p, null, LEVEL, p < LEVEL);
    }

    private Report.@Nullable Multivariate reconstruction(Rows window) {
        int[] inTime = Numbers.firstInTime(reference, PCA_ROWS);
        int[] now = Numbers.first(window.size(), PCA_ROWS);
        int chunk = Math.max(LEAST_ROWS, Math.min(now.length, inTime.length / CHUNKS));
        double[][][] chunks = new double[inTime.length / chunk][][];
        if (chunks.length < LEAST_CHUNKS) {
            return null;
        }
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = scaled(reference.rows(), Arrays.copyOfRange(inTime, i * chunk, (i + 1) * chunk));
        }
        PcaReconstruction.Result result = PcaReconstruction.fit(chunks).test(scaled(window, now));
        return new Report.Multivariate(
                "pca", columns.size(), result.error(), result.lower(), result.upper(), result.drifted());
    }

    private double[][] scaled(Rows rows, int... selection) {
        double[][] matrix = Numbers.matrix(rows, selection, columns, rows);
        for (double[] row : matrix) {
            for (int j = 0; j < row.length; j++) {
                row[j] = Math.abs(row[j]) <= Numbers.LARGEST ? (row[j] - means.get(j)) / scales.get(j) : 0;
            }
        }
        return matrix;
    }
}
