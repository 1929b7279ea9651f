package io.mlaas.monitoring.rows;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows in columns. Numbers are doubles: a missing one is NaN, one that was no number is {@link #NOT_A_NUMBER_GIVEN}.
 * Categories are codes into a dictionary: a missing one is {@link #MISSING}.
 */
public final class Rows {
    public static final int MISSING = -1;

    /** Something was there, but no number: a NaN with another bit pattern than that of a missing value. */
    public static final double NOT_A_NUMBER_GIVEN = Double.longBitsToDouble(0x7ff8_0000_0000_0001L);

    private static final long NOT_A_NUMBER_BITS = 0x7ff8_0000_0000_0001L;

    private final Layout layout;
    private final int size;
    final long[] high;
    final long[] low;
    final long[] micros;
    final double[][] numbers;
    final int[][] codes;
    final String[][] dictionaries;

    Rows(
            Layout layout,
            int size,
            long[] high,
            long[] low,
            long[] micros,
            double[][] numbers,
            int[][] codes,
            String[][] dictionaries) {
        this.layout = layout;
        this.size = size;
        this.high = high;
        this.low = low;
        this.micros = micros;
        this.numbers = numbers;
        this.codes = codes;
        this.dictionaries = dictionaries;
    }

    public Layout layout() {
        return layout;
    }

    public int size() {
        return size;
    }

    public RowId id(int row) {
        return new RowId(high[row], low[row]);
    }

    /** When it happened, in microseconds since 1970. */
    public long micros(int row) {
        return micros[row];
    }

    public long latestMicros() {
        long latest = Long.MIN_VALUE;
        for (int row = 0; row < size; row++) {
            latest = Math.max(latest, micros[row]);
        }
        return latest;
    }

    /** Without the rows whose ids have a greater upper half, without sign. */
    public Rows upTo(long highest) {
        int[] kept = IntStream.range(0, size)
                .filter(row -> Long.compareUnsigned(high[row], highest) <= 0)
                .toArray();
        return kept.length == size ? this : select(kept);
    }

    /** A numeric column; not to be changed. */
    public double[] numbers(int column) {
        return numbers[column];
    }

    /** A categorical column; not to be changed. */
    public int[] codes(int column) {
        return codes[column];
    }

    /** What the codes of a categorical column mean; not to be changed. */
    public String[] dictionary(int column) {
        return dictionaries[column];
    }

    public @Nullable String category(int column, int row) {
        int code = codes[column][row];
        return code < 0 ? null : dictionaries[column][code];
    }

    public static boolean wrongType(double value) {
        return Double.doubleToRawLongBits(value) == NOT_A_NUMBER_BITS;
    }

    /** With these targets where there is one; null for a row without a label. */
    public Rows labelled(@Nullable Label[] labels) {
        RowsBuilder all = new RowsBuilder(layout);
        for (int row = 0; row < size; row++) {
            all.add(this, row);
            Label label = labels[row];
            if (label != null) {
                all.target(label);
            }
        }
        return all.build();
    }

    /** The rows of a selection, in its order. */
    public Rows select(int[] rows) {
        int columns = layout.size();
        double[][] someNumbers = new double[columns][];
        int[][] someCodes = new int[columns][];
        for (int column = 0; column < columns; column++) {
            someNumbers[column] = new double[layout.numeric(column) ? rows.length : 0];
            someCodes[column] = new int[layout.numeric(column) ? 0 : rows.length];
            for (int i = 0; i < rows.length; i++) {
                if (layout.numeric(column)) {
                    someNumbers[column][i] = numbers[column][rows[i]];
                } else {
                    someCodes[column][i] = codes[column][rows[i]];
                }
            }
        }
        return new Rows(
                layout,
                rows.length,
                pick(high, rows),
                pick(low, rows),
                pick(micros, rows),
                someNumbers,
                someCodes,
                dictionaries);
    }

    private static long[] pick(long[] values, int[] rows) {
        long[] picked = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            picked[i] = values[rows[i]];
        }
        return picked;
    }
}
