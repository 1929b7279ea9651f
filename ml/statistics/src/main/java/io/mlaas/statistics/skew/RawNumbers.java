package io.mlaas.statistics.skew;

import io.mlaas.statistics.drift.NumericalColumn;

/** All the numbers there were, in their order. */
final class RawNumbers implements ColumnFacts.Numbers {
    private final long rows;
    private final long missing;
    private final NumericalColumn sorted;
    private final Run run;

    RawNumbers(double... values) {
        long absent = 0;
        for (double value : values) {
            absent += Double.isNaN(value) ? 1 : 0;
        }
        rows = values.length;
        missing = absent;
        sorted = NumericalColumn.of(values);
        run = Runs.longest(values);
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public long missing() {
        return missing;
    }

    @Override
    public long notFinite() {
        return rows - missing - sorted.size();
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

    @Override
    public Run run() {
        return run;
    }
}
