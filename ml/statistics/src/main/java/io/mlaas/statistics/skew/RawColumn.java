package io.mlaas.statistics.skew;

import io.mlaas.statistics.drift.ColumnType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The values of a column in the order of time, missing ones among them. */
public sealed interface RawColumn {
    String name();

    ColumnType type();

    int rows();

    boolean missing(int row);

    /** Numbers; NaN is a missing one. Not copied. */
    static RawColumn numbers(String name, double... values) {
        return new Numbers(name, values);
    }

    /** Names or other texts; null is a missing one. */
    static RawColumn texts(String name, List<@Nullable String> values) {
        return new Texts(name, Collections.unmodifiableList(new ArrayList<>(values)));
    }

    /** See {@link RawColumn#numbers}. */
    final class Numbers implements RawColumn {
        private final String name;
        private final double[] values;

        private Numbers(String name, double[] values) {
            this.name = name;
            this.values = values;
        }

        double[] values() {
            return values;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public ColumnType type() {
            return ColumnType.NUMERICAL;
        }

        @Override
        public int rows() {
            return values.length;
        }

        @Override
        public boolean missing(int row) {
            return Double.isNaN(values[row]);
        }
    }

    /** See {@link RawColumn#texts}. */
    record Texts(String name, List<@Nullable String> values) implements RawColumn {
        @Override
        public ColumnType type() {
            return ColumnType.CATEGORICAL;
        }

        @Override
        public int rows() {
            return values.size();
        }

        @Override
        public boolean missing(int row) {
            return values.get(row) == null;
        }
    }
}
