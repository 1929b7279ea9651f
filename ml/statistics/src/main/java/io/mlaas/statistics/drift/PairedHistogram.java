package io.mlaas.statistics.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Both sides of a pair of columns in the same bins, to be looked at. The tests have bins of their own.
 *
 * @param edges of numbers: one more than bins, equally far apart; what lies outside is in the first or last bin
 * @param categories of categories, the most frequent first; the last one may be {@value #OTHERS}
 * @param reference the share of the reference's values in each bin
 * @param current the same of the current ones
 */
public record PairedHistogram(
        @Nullable List<Double> edges, @Nullable List<String> categories, List<Double> reference, List<Double> current) {
    public static final String OTHERS = "(others)";

    /** The bins cover what is between these quantiles of either side: a single outlier would leave one bin for the rest. */
    private static final double TAIL = 0.01;

    /**
     * @param most bins
     * @return null if a side has no value
     */
    public static @Nullable PairedHistogram of(ColumnPair pair, int most) {
        if (most < 2) {
            throw new IllegalArgumentException("most: " + most + " (expected: >= 2)");
        }
        if (pair.reference().size() == 0 || pair.current().size() == 0) {
            return null;
        }
        return switch (pair.reference()) {
            case NumericalColumn reference -> ofNumbers(reference, (NumericalColumn) pair.current(), most);
            case CategoricalColumn reference -> ofCategories(reference, (CategoricalColumn) pair.current(), most);
        };
    }

    private static PairedHistogram ofNumbers(NumericalColumn reference, NumericalColumn current, int bins) {
        double low = Math.min(reference.quantile(TAIL), current.quantile(TAIL));
        double high = Math.max(reference.quantile(1 - TAIL), current.quantile(1 - TAIL));
        if (!(high > low) || !Double.isFinite(high - low)) {
            double half = Math.max(Math.abs(low), 1) / 2;
            low -= half;
            high = low + 2 * half;
        }
        List<Double> edges = new ArrayList<>();
        for (int i = 0; i <= bins; i++) {
            edges.add(low + (high - low) * i / bins);
        }
        return new PairedHistogram(edges, null, shares(reference.sorted(), edges), shares(current.sorted(), edges));
    }

    private static List<Double> shares(double[] sorted, List<Double> edges) {
        List<Double> shares = new ArrayList<>();
        int bins = edges.size() - 1;
        int from = 0;
        for (int bin = 0; bin < bins; bin++) {
            int to = bin == bins - 1 ? sorted.length : firstAtLeast(sorted, edges.get(bin + 1));
            shares.add((to - from) / (double) sorted.length);
            from = to;
        }
        return shares;
    }

    private static int firstAtLeast(double[] sorted, double value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static PairedHistogram ofCategories(CategoricalColumn reference, CategoricalColumn current, int most) {
        List<String> ordered = Stream.concat(reference.counts().keySet().stream(), current.counts().keySet().stream())
                .distinct()
                .sorted(Comparator.<String>comparingDouble(
                                category -> -Math.max(share(reference, category), share(current, category)))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
        boolean more = ordered.size() > most;
        List<String> named = more ? ordered.subList(0, most - 1) : ordered;
        List<String> categories = new ArrayList<>(named);
        if (more) {
            categories.add(OTHERS);
        }
        return new PairedHistogram(null, categories, shares(reference, named, more), shares(current, named, more));
    }

    private static List<Double> shares(CategoricalColumn column, List<String> named, boolean more) {
        List<Double> shares = new ArrayList<>();
        double rest = 1;
        for (String category : named) {
            shares.add(share(column, category));
            rest -= share(column, category);
        }
        if (more) {
            shares.add(Math.max(0, rest));
        }
        return shares;
    }

    private static double share(CategoricalColumn column, String category) {
        SortedMap<String, Long> counts = column.counts();
        return counts.getOrDefault(category, 0L) / (double) column.size();
    }
}
