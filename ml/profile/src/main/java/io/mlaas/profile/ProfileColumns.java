package io.mlaas.profile;

import io.mlaas.statistics.drift.CategoricalColumn;
import io.mlaas.statistics.drift.Column;
import io.mlaas.statistics.drift.NumericalColumn;
import java.util.Arrays;
import java.util.Map;

/** What the tests of drift take, out of a profile. */
final class ProfileColumns {
    /** More numbers than these are compared as this many, with the same distribution. */
    static final int MOST = 1 << 20;

    private ProfileColumns() {}

    static Column of(ColumnProfile profile, int most) {
        return switch (profile) {
            case NumericProfile numeric -> NumericalColumn.owning(numbers(numeric, most));
            case CategoricalProfile categorical -> CategoricalColumn.of(categorical.counts(), categorical.missing());
        };
    }

    /** A column without a value, to stand for one that is not there. */
    static Column none(ColumnProfile like) {
        return switch (like) {
            case NumericProfile numeric -> NumericalColumn.of();
            case CategoricalProfile categorical -> CategoricalColumn.of(Map.of(), 0);
        };
    }

    private static double[] numbers(NumericProfile profile, int most) {
        if (profile.count() == 0) {
            return new double[0];
        }
        if (profile.few().complete()) {
            long[] cumulated = profile.few().counts();
            for (int i = 1; i < cumulated.length; i++) {
                cumulated[i] += cumulated[i - 1];
            }
            return spread(most, profile.few().values(), cumulated);
        }
        var view = profile.quantiles().getSortedView();
        return spread(most, view.getQuantiles(), view.getCumulativeWeights());
    }

    /** Every value as often as its weight says, all together at most so many. */
    private static double[] spread(int most, double[] values, long... cumulated) {
        long all = cumulated[cumulated.length - 1];
        double[] numbers = new double[(int) Math.min(all, most)];
        double scale = (double) numbers.length / all;
        int from = 0;
        for (int i = 0; i < values.length; i++) {
            int to = i == values.length - 1 ? numbers.length : (int) Math.rint(cumulated[i] * scale);
            Arrays.fill(numbers, from, to, values[i]);
            from = to;
        }
        return numbers;
    }
}
