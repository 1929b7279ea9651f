package io.mlaas.statistics.drift;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Two columns of one type, neither empty, and what tests want to know of them. */
final class Comparison {
    private static final int FEW = 20;

    private final Column reference;
    private final Column current;
    private @Nullable Frequencies frequencies;

    Comparison(Column reference, Column current) {
        if (reference.type() != current.type()) {
            throw new IllegalArgumentException(
                    "current: " + current.type() + " (expected: " + reference.type() + ", as the reference)");
        }
        notEmpty("reference", reference);
        notEmpty("current", current);
        this.reference = reference;
        this.current = current;
    }

    private static void notEmpty(String name, Column column) {
        if (column.size() == 0) {
            throw new IllegalArgumentException(
                    name + ": 0 values, " + column.dropped() + " missing, NaN or infinite (expected: at least 1)");
        }
    }

    NumericalColumn reference() {
        return numerical(reference);
    }

    NumericalColumn current() {
        return numerical(current);
    }

    private static NumericalColumn numerical(Column column) {
        if (column instanceof NumericalColumn numbers) {
            return numbers;
        }
        throw new IllegalArgumentException("column: CATEGORICAL (expected: NUMERICAL)");
    }

    /** Of every different value. */
    Frequencies frequencies() {
        if (frequencies == null) {
            frequencies = reference instanceof CategoricalColumn categories
                            && current instanceof CategoricalColumn others
                    ? Frequencies.of(categories, others)
                    : Frequencies.ofDistinct(reference().sorted(), current().sorted());
        }
        return frequencies;
    }

    /** Of Sturges' bins over both columns if the reference has more than 20 different numbers; of every value otherwise. */
    Frequencies binned() {
        if (reference.type() == ColumnType.CATEGORICAL || reference.distinct(FEW + 1) <= FEW) {
            return frequencies();
        }
        return inBins(reference.size() + current.size());
    }

    /** Numbers always in bins, for as many numbers as there are different ones. */
    Frequencies hellingerBinned() {
        return reference.type() == ColumnType.CATEGORICAL
                ? frequencies()
                : inBins(distinct(reference, current, Integer.MAX_VALUE));
    }

    private Frequencies inBins(long size) {
        double[] x = reference().sorted();
        double[] y = current().sorted();
        double least = Math.min(x[0], y[0]);
        double greatest = Math.max(x[x.length - 1], y[y.length - 1]);
        return Frequencies.ofBins(x, y, SturgesBins.edges(least, greatest, size));
    }

    /** Different values of both columns, counted up to {@code most}. */
    static int distinct(Column reference, Column current, int most) {
        if (reference instanceof NumericalColumn x && current instanceof NumericalColumn y) {
            return distinct(x.sorted(), y.sorted(), most);
        }
        if (reference instanceof CategoricalColumn x && current instanceof CategoricalColumn y) {
            long more = y.counts().keySet().stream()
                    .filter(category -> !x.counts().containsKey(category))
                    .count();
            return (int) Math.min(most, x.counts().size() + more);
        }
        throw new IllegalArgumentException(
                "current: " + current.type() + " (expected: " + reference.type() + ", as the reference)");
    }

    private static int distinct(double[] x, double[] y, int most) {
        int distinct = 0;
        int i = 0;
        int j = 0;
        while ((i < x.length || j < y.length) && distinct < most) {
            double value = j == y.length || (i < x.length && x[i] <= y[j]) ? x[i] : y[j];
            distinct++;
            while (i < x.length && x[i] == value) {
                i++;
            }
            while (j < y.length && y[j] == value) {
                j++;
            }
        }
        return distinct;
    }

    /**
     * The greatest difference of probability: of numbers, that of being below any one limit (Kolmogorov and Smirnov's D); of
     * categories, that of being in any set of them (the total variation distance).
     */
    double effect() {
        return reference.type() == ColumnType.NUMERICAL
                ? KolmogorovSmirnov.statistic(reference().sorted(), current().sorted())
                : Distances.totalVariation(frequencies());
    }

    /** Where the column went. */
    Shift shift() {
        if (reference instanceof NumericalColumn x && current instanceof NumericalColumn y) {
            double before = x.quantile(0.5);
            double after = y.quantile(0.5);
            return before == after
                    ? new Shift(null, Distances.mean(x.sorted()), Distances.mean(y.sorted()))
                    : new Shift(null, before, after);
        }
        return ofCategories((CategoricalColumn) reference, (CategoricalColumn) current);
    }

    private static Shift ofCategories(CategoricalColumn reference, CategoricalColumn current) {
        Shift greatest = new Shift(null, 0, 0);
        for (CategoricalColumn column : Arrays.asList(reference, current)) {
            for (String category : column.counts().keySet()) {
                double before = reference.counts().getOrDefault(category, 0L) / (double) reference.size();
                double after = current.counts().getOrDefault(category, 0L) / (double) current.size();
                if (greatest.category() == null
                        || Math.abs(after - before) > Math.abs(greatest.current() - greatest.reference())) {
                    greatest = new Shift(category, before, after);
                }
            }
        }
        return greatest;
    }
}
