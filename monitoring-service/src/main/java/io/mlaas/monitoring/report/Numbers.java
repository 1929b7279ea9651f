package io.mlaas.monitoring.report;

import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.Rows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows as numbers, for what learns from them. */
final class Numbers {
    /** Errors of greater ones cannot be squared and summed. */
    static final double LARGEST = 1e150;

    private Numbers() {}

    /** JSON has no other numbers. */
    static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** The columns of features. */
    static List<Integer> features(Layout layout) {
        return layout.all(Role.FEATURE);
    }

    /** At most so many rows: as they stand in the order of their ids, a sample in which each has the same chance. */
    static int[] first(int rows, int most) {
        return IntStream.range(0, Math.min(rows, most)).toArray();
    }

    /** The same in the order of time. */
    static int[] firstInTime(Columns rows, int most) {
        return IntStream.of(rows.inOneStream()).filter(row -> row < most).toArray();
    }

    /** @return [row][feature]; categories are their place in the dictionary, what is missing or not in it is NaN */
    static double[][] matrix(Rows rows, int[] selection, List<Integer> columns, Rows dictionaries) {
        double[][] matrix = new double[selection.length][columns.size()];
        for (int j = 0; j < columns.size(); j++) {
            int column = columns.get(j);
            if (rows.layout().numeric(column)) {
                double[] values = rows.numbers(column);
                for (int i = 0; i < selection.length; i++) {
                    matrix[i][j] = values[selection[i]];
                }
            } else {
                double[] places = places(rows.dictionary(column), dictionaries.dictionary(column));
                int[] codes = rows.codes(column);
                for (int i = 0; i < selection.length; i++) {
                    int code = codes[selection[i]];
                    matrix[i][j] = code < 0 ? Double.NaN : places[code];
                }
            }
        }
        return matrix;
    }

    private static double[] places(String[] dictionary, String... known) {
        Map<String, Integer> found = HashMap.newHashMap(known.length);
        for (int i = 0; i < known.length; i++) {
            found.put(known[i], i);
        }
        double[] places = new double[dictionary.length];
        for (int i = 0; i < places.length; i++) {
            Integer place = found.get(dictionary[i]);
            places[i] = place == null ? Double.NaN : place;
        }
        return places;
    }

    static double[] pick(double[] values, int... selection) {
        double[] picked = new double[selection.length];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = values[selection[i]];
        }
        return picked;
    }

    /** Those of the rows that have a prediction and a target of this output. */
    static int[] judged(Rows rows, int output, int[] selection) {
        double[] predicted = rows.numbers(rows.layout().first(Role.PREDICTION) + output);
        double[] actual = rows.numbers(rows.layout().first(Role.TARGET) + output);
        return IntStream.of(selection)
                .filter(row -> Math.abs(predicted[row]) <= LARGEST && Math.abs(actual[row]) <= LARGEST)
                .toArray();
    }
}
