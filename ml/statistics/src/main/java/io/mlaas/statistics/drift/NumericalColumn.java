package io.mlaas.statistics.drift;

import java.util.Arrays;

/** Numbers of a column in ascending order, without NaN and infinities. */
public final class NumericalColumn implements Column {
    private final double[] sorted;
    private final long dropped;

    private NumericalColumn(double[] sorted, long dropped) {
        this.sorted = sorted;
        this.dropped = dropped;
    }

    /** Of a copy of the values. */
    public static NumericalColumn of(double... values) {
        return owning(values.clone());
    }

    /** Of this very array, which is sorted in place and must not be used afterwards. */
    public static NumericalColumn owning(double[] values) {
        int finite = 0;
        for (double value : values) {
            if (Double.isFinite(value)) {
                values[finite++] = value + 0.0; // -0 becomes 0
            }
        }
        double[] kept = finite == values.length ? values : Arrays.copyOf(values, finite);
        DoubleSort.sort(kept);
        return new NumericalColumn(kept, values.length - finite);
    }

    /** Not a copy: for the tests of this package. */
    double[] sorted() {
        return sorted;
    }

    @Override
    public ColumnType type() {
        return ColumnType.NUMERICAL;
    }

    @Override
    public long size() {
        return sorted.length;
    }

    @Override
    public long dropped() {
        return dropped;
    }

    @Override
    public int distinct(int most) {
        int distinct = Math.min(1, sorted.length);
        for (int i = 1; i < sorted.length && distinct < most; i++) {
            distinct += sorted[i] == sorted[i - 1] ? 0 : 1;
        }
        return Math.min(distinct, most);
    }

    /** The value below which a share {@code q} of the values lies, interpolated linearly. */
    public double quantile(double q) {
        double position = q * (sorted.length - 1);
        int below = (int) position;
        double low = sorted[below];
        return below + 1 == sorted.length ? low : low + (position - below) * (sorted[below + 1] - low);
    }

    /** The share of the values that are less than the one limit or greater than the other; NaN if there are none. */
    public double outside(double least, double greatest) {
        return (sorted.length - (upTo(greatest) - below(least))) / (double) sorted.length;
    }

    /** How many are less. */
    private int below(double limit) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** How many are not greater. */
    private int upTo(double limit) {
        return limit == Double.POSITIVE_INFINITY ? sorted.length : below(Math.nextUp(limit));
    }
}
