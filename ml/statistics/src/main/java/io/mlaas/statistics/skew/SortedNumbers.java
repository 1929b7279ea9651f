package io.mlaas.statistics.skew;

import io.mlaas.statistics.drift.NumericalColumn;

/**
 * All the numbers there were, sorted.
 *
 * @param rows how many values there were of any kind
 * @param texts of them, values that are no numbers
 * @param sorted the finite numbers
 * @param run the longest run of one number, in the order of time
 */
record SortedNumbers(long rows, long missing, long texts, NumericalColumn sorted, Run run)
        implements ColumnFacts.Numbers {

    static SortedNumbers of(double... values) {
        long missing = 0;
        for (double value : values) {
            missing += Double.isNaN(value) ? 1 : 0;
        }
        return new SortedNumbers(values.length, missing, 0, NumericalColumn.of(values), Runs.longest(values));
    }

    @Override
    public long notFinite() {
        return rows - missing - texts - sorted.size();
    }

    @Override
    public long count() {
        return sorted.size();
    }

    @Override
    public double least() {
        return sorted.quantile(0);
    }

    @Override
    public double greatest() {
        return sorted.quantile(1);
    }

    @Override
    public double quantile(double rank) {
        return sorted.quantile(rank);
    }

    @Override
    public double outside(double least, double greatest) {
        return sorted.outside(least, greatest);
    }
}
