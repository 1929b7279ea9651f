package io.mlaas.statistics.performance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether predicted probabilities are what happens: a reliability table, and the expected calibration error (ECE), the mean
 * over rows of |mean probability - observed share| of their bin.
 *
 * @param error ECE; NaN without rows
 * @param bins ascending; those without rows are left out
 */
public record Calibration(double error, List<Bin> bins) {
    /**
     * @param meanProbability that was predicted in this bin
     * @param observed share of its rows where the event happened
     */
    public record Bin(long count, double meanProbability, double observed) {}

    /** Bins of [0, 1] of the same width, each with its upper end: (0.1, 0.2]. */
    public static Calibration equalWidth(double[] probabilities, boolean[] happened, int bins) {
        check(probabilities, happened, bins);
        ReliabilityBins all = new ReliabilityBins(bins);
        for (int i = 0; i < probabilities.length; i++) {
            all.add(probabilities[i], happened[i]);
        }
        return all.calibration();
    }

    /**
     * Bins of n / bins rows each, in the order of their probabilities; what remains makes further bins, or widens the last one.
     * Rows of one probability are ordered by what happened, so that the result does not depend on how they came.
     */
    public static Calibration equalCount(double[] probabilities, boolean[] happened, int bins) {
        check(probabilities, happened, bins);
        int n = probabilities.length;
        int width = n / (n <= 2 * bins ? n / 2 : bins);
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> probabilities[i])
                        .thenComparing(i -> happened[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int count = n / width;
        List<Bin> table = new ArrayList<>();
        for (int bin = 0; bin < count; bin++) {
            int end = bin == count - 1 ? n : (bin + 1) * width;
            ReliabilityBins one = new ReliabilityBins(1);
            for (int i = bin * width; i < end; i++) {
                one.add(probabilities[order[i]], happened[order[i]]);
            }
            table.addAll(one.calibration().bins());
        }
        return of(table);
    }

    static Calibration of(List<Bin> bins) {
        long count = bins.stream().mapToLong(Bin::count).sum();
        double error = bins.stream()
                .mapToDouble(bin -> bin.count() * Math.abs(bin.meanProbability() - bin.observed()))
                .sum();
        return new Calibration(error / count, List.copyOf(bins));
    }

    private static void check(double[] probabilities, boolean[] happened, int bins) {
        Rows.sameLength("happened", happened.length, probabilities.length);
        if (bins < 1) {
            throw new IllegalArgumentException("bins: " + bins + " (expected: >= 1)");
        }
        if (probabilities.length < 4) {
            throw new IllegalArgumentException(
                    "probabilities: " + probabilities.length + " values (expected: at least 4)");
        }
    }
}
