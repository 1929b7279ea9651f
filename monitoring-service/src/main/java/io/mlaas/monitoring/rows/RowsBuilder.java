package io.mlaas.monitoring.rows;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects rows. A cell that is not set is missing. */
public final class RowsBuilder {
    private static final int FIRST = 16;

    private final Layout layout;
    private int size;
    private long[] high = new long[FIRST];
    private long[] low = new long[FIRST];
    private long[] micros = new long[FIRST];
    private final double[][] numbers;
    private final int[][] codes;
    private final Dictionary[] dictionaries;

    /** The codes of a column's values. One often comes several times in a row. */
    private static final class Dictionary {
        final Map<String, Integer> codes = new HashMap<>();
        private @Nullable String latest;
        private int latestCode;

        int code(String value) {
            if (!value.equals(latest)) {
                latestCode = codes.computeIfAbsent(value, added -> codes.size());
                latest = value;
            }
            return latestCode;
        }

        void set(Map<String, Integer> others) {
            codes.putAll(others);
            latest = null;
        }
    }

    public RowsBuilder(Layout layout) {
        this.layout = layout;
        dictionaries = new Dictionary[layout.size()];
        numbers = new double[layout.size()][];
        codes = new int[layout.size()][];
        for (int column = 0; column < layout.size(); column++) {
            numbers[column] = new double[layout.numeric(column) ? FIRST : 0];
            codes[column] = new int[layout.numeric(column) ? 0 : FIRST];
            dictionaries[column] = new Dictionary();
        }
    }

    public int size() {
        return size;
    }

    /** Begins another row. */
    public void row(RowId id, long eventMicros) {
        row(id.high(), id.low(), eventMicros);
    }

    void row(RowId.OfEvent ids, int number, long eventMicros) {
        ids.select(number);
        row(ids.high(), ids.low(), eventMicros);
    }

    private void row(long idHigh, long idLow, long eventMicros) {
        if (size == high.length) {
            grow(Math.max(FIRST, 2 * size));
        }
        high[size] = idHigh;
        low[size] = idLow;
        micros[size] = eventMicros;
        for (int column = 0; column < layout.size(); column++) {
            if (layout.numeric(column)) {
                numbers[column][size] = Double.NaN;
            } else {
                codes[column][size] = Rows.MISSING;
            }
        }
        size++;
    }

    /** Sets a cell of the row that was begun last. */
    public void set(int column, double value) {
        numbers[column][size - 1] = value;
    }

    public void set(int column, @Nullable String value) {
        codes[column][size - 1] = value == null ? Rows.MISSING : dictionaries[column].code(value);
    }

    /** Sets what turned out to be true of the row that was begun last. */
    public void target(Label label) {
        int first = layout.first(Layout.Role.TARGET);
        for (int i = 0; i < label.numbers().length; i++) {
            set(first + i, label.numbers()[i]);
        }
        if (!layout.numericTarget()) {
            set(first, label.category());
        }
    }

    /** Adds a row of others with the same layout. */
    void add(Rows rows, int row) {
        row(rows.id(row), rows.micros(row));
        for (int column = 0; column < layout.size(); column++) {
            if (layout.numeric(column)) {
                set(column, rows.numbers(column)[row]);
            } else {
                set(column, rows.category(column, row));
            }
        }
    }

    private void grow(int length) {
        high = Arrays.copyOf(high, length);
        low = Arrays.copyOf(low, length);
        micros = Arrays.copyOf(micros, length);
        for (int column = 0; column < layout.size(); column++) {
            if (layout.numeric(column)) {
                numbers[column] = Arrays.copyOf(numbers[column], length);
            } else {
                codes[column] = Arrays.copyOf(codes[column], length);
            }
        }
    }

    /** Codes are those of the sorted dictionary: they do not tell in which order values came. */
    public Rows build() {
        String[][] sorted = new String[layout.size()][];
        for (int column = 0; column < layout.size(); column++) {
            sorted[column] = layout.numeric(column) ? new String[0] : sort(column);
        }
        grow(size);
        // the arrays are full now: another row begins with copies of them
        return new Rows(layout, size, high, low, micros, numbers.clone(), codes.clone(), sorted);
    }

    private String[] sort(int column) {
        Map<String, Integer> dictionary = dictionaries[column].codes;
        String[] values = dictionary.keySet().toArray(String[]::new);
        Arrays.sort(values);
        int[] place = new int[values.length];
        Map<String, Integer> sorted = HashMap.newHashMap(values.length);
        for (int i = 0; i < values.length; i++) {
            place[dictionary.getOrDefault(values[i], 0)] = i;
            sorted.put(values[i], i);
        }
        for (int row = 0; row < size; row++) {
            int code = codes[column][row];
            codes[column][row] = code < 0 ? code : place[code];
        }
        dictionaries[column].set(sorted);
        return values;
    }
}
