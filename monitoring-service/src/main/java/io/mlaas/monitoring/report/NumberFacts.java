package io.mlaas.monitoring.report;

import io.mlaas.monitoring.rows.Rows;
import io.mlaas.statistics.drift.NumericalColumn;
import io.mlaas.statistics.skew.ColumnFacts;

/** What is asked of a numeric column of rows. */
final class NumberFacts implements ColumnFacts.Numbers {
    private final long rows;
    private final NumericalColumn sorted;
    private final Run run;
    private long missing;
    private long texts;

    NumberFacts(double[] values, NumericalColumn sorted, Run run) {
        this.rows = values.length;
        this.sorted = sorted;
        this.run = run;
        for (double value : values) {
            if (Double.isNaN(value)) {
                boolean text = Rows.wrongType(value);
                texts += text ? 1 : 0;
                missing += text ? 0 : 1;
            }
        }
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
    public long texts() {
        return texts;
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

    @Override
    public Run run() {
        return run;
    }
}
