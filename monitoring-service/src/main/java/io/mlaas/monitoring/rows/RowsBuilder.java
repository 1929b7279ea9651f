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
    private final Map<Integer, Map<String, Integer>> dictionaries = new HashMap<>();

    public RowsBuilder(Layout layout) {
        this.layout = layout;
        numbers = new double[layout.size()][];
        codes = new int[layout.size()][];
        for (int column = 0; column < layout.size(); column++) {
            numbers[column] = new double[layout.numeric(column) ? FIRST : 0];
            codes[column] = new int[layout.numeric(column) ? 0 : FIRST];
            if (!layout.numeric(column)) {
                dictionaries.put(column, new HashMap<>());
            }
        }
    }

    public int size() {
        return size;
    }

    /** Begins another row. */
    public void row(RowId id, long eventMicros) {
        if (size == high.length) {
            grow(2 * size);
        }
        high[size] = id.high();
        low[size] = id.low();
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
        codes[column][size - 1] = value == null ? Rows.MISSING : code(column, value);
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

    private int code(int column, String value) {
        Map<String, Integer> dictionary = dictionaries.getOrDefault(column, Map.of());
        Integer known = dictionary.get(value);
        if (known != null) {
            return known;
        }
        int next = dictionary.size();
        dictionary.put(value, next);
        return next;
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
        Rows rows = new Rows(layout, size, high, low, micros, numbers.clone(), codes.clone(), sorted);
        grow(Math.max(FIRST, size));
        return rows;
    }

    private String[] sort(int column) {
        Map<String, Integer> dictionary = dictionaries.getOrDefault(column, Map.of());
        String[] values = dictionary.keySet().toArray(String[]::new);
        Arrays.sort(values);
        int[] place = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            place[dictionary.getOrDefault(values[i], 0)] = i;
        }
        for (int row = 0; row < size; row++) {
            int code = codes[column][row];
            codes[column][row] = code < 0 ? code : place[code];
        }
        for (int i = 0; i < values.length; i++) {
            dictionary.put(values[i], i);
        }
        return values;
    }
}
