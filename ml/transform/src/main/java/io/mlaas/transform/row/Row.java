package io.mlaas.transform.row;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One row of one source: a value for each column of its {@link Schema}, {@code null} where it is missing.
 * A correction replaces an earlier row of the same source and time. Rows are not changed once they were passed on.
 */
public final class Row {
    private final String source;
    private final long time;
    private final boolean correction;
    private final @Nullable Object[] values;

    /** @param time nanoseconds since 1970-01-01T00:00Z */
    public Row(String source, long time, boolean correction, @Nullable Object[] values) {
        this.source = source;
        this.time = time;
        this.correction = correction;
        this.values = values;
    }

    public String source() {
        return source;
    }

    public long time() {
        return time;
    }

    public boolean correction() {
        return correction;
    }

    public int size() {
        return values.length;
    }

    public @Nullable Object value(int column) {
        return values[column];
    }

    /** The number in a column, or NaN where it is missing. */
    public double number(int column) {
        return values[column] instanceof Double number ? number : Double.NaN;
    }

    public @Nullable String text(int column) {
        return values[column] instanceof String text ? text : null;
    }

    /** A copy of the values with room for more columns. */
    public @Nullable Object[] values(int columns) {
        return Arrays.copyOf(values, columns);
    }

    /** The same place and time with other values. */
    public Row with(@Nullable Object[] other) {
        return new Row(source, time, correction, other);
    }

    /** Writes the value of a column into a learner's row; what is missing becomes NaN. */
    public int flatten(int column, int size, double[] into, int at) {
        if (values[column] instanceof double[] vector) {
            System.arraycopy(vector, 0, into, at, size);
        } else {
            Arrays.fill(into, at, at + size, number(column));
        }
        return at + size;
    }

    /** Whether a number or vector is there and finite. */
    public boolean complete(int column) {
        Object value = values[column];
        if (value instanceof double[] vector) {
            return Arrays.stream(vector).allMatch(Double::isFinite);
        }
        return value instanceof Double number ? Double.isFinite(number) : value != null;
    }
}
