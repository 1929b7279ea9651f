package io.mlaas.statistics.skew;

import io.mlaas.statistics.drift.ColumnType;
import io.mlaas.statistics.drift.NumericalColumn;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What must be known of one side's column to say whether it is skewed: from the values themselves, or from what was kept of them
 * (a profile, a sample).
 */
public sealed interface ColumnFacts {
    /** Values, missing ones included. */
    long rows();

    long missing();

    ColumnType type();

    /** A column of numbers. */
    non-sealed interface Numbers extends ColumnFacts {
        @Override
        default ColumnType type() {
            return ColumnType.NUMERICAL;
        }

        /** NaN and infinite values that are not missing ones. */
        long notFinite();

        /** Values that are no numbers. */
        default long texts() {
            return 0;
        }

        /** Finite numbers: what the methods below are about. They are not asked if there are none. */
        long count();

        double least();

        double greatest();

        /** @param rank 0 to 1 */
        double quantile(double rank);

        /** The share of the numbers that are less than the one limit or greater than the other. */
        double outside(double least, double greatest);

        /** The same number on end. */
        Run run();
    }

    /** A column of names. */
    non-sealed interface Names extends ColumnFacts {
        @Override
        default ColumnType type() {
            return ColumnType.CATEGORICAL;
        }

        /** How often each occurs. */
        Map<String, Long> counts();

        /** Whether all names are among the counts. */
        boolean complete();
    }

    /**
     * The longest run of one number.
     *
     * @param rows of the stream that it is in
     * @param of whose stream that is; empty if there is one only
     */
    record Run(long length, double value, long rows, String of) {
        public static final Run NONE = new Run(0, Double.NaN, 0, "");

        double share() {
            return rows == 0 ? 0 : (double) length / rows;
        }
    }

    /** Numbers in the order of time; NaN is a missing one. */
    static Numbers numbers(double... values) {
        return SortedNumbers.of(values);
    }

    /**
     * Numbers that somebody else has sorted and counted.
     *
     * @param rows how many values there were of any kind
     * @param texts of them, values that are no numbers
     * @param sorted the finite numbers
     * @param run the longest run of one number, in the order of time
     */
    static Numbers numbers(long rows, long missing, long texts, NumericalColumn sorted, Run run) {
        return new SortedNumbers(rows, missing, texts, sorted, run);
    }

    /** Names; null is a missing one. */
    static Names names(List<@Nullable String> values) {
        Map<String, Long> counts = new TreeMap<>();
        for (String value : values) {
            if (value != null) {
                counts.merge(value, 1L, Long::sum);
            }
        }
        long named = counts.values().stream().mapToLong(Long::longValue).sum();
        return names(counts, values.size() - named);
    }

    /** Names that somebody else counted. */
    static Names names(Map<String, Long> counts, long missing) {
        long named = counts.values().stream().mapToLong(Long::longValue).sum();
        return new CountedNames(named + missing, missing, Map.copyOf(counts));
    }

    /** See {@link ColumnFacts#names}. */
    record CountedNames(long rows, long missing, Map<String, Long> counts) implements Names {
        @Override
        public boolean complete() {
            return true;
        }
    }
}
