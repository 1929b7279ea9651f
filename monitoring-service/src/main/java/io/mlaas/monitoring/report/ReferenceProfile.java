package io.mlaas.monitoring.report;

import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.statistics.drift.CategoricalColumn;
import io.mlaas.statistics.drift.Column;
import io.mlaas.statistics.drift.NumericalColumn;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What is compared with: the reference's columns, sorted and counted once, and how good its predictions were. */
final class ReferenceProfile {
    private final Map<Integer, Column> columns = new HashMap<>();
    private final Map<Integer, Set<String>> categories = new HashMap<>();
    private final @Nullable SortedMap<String, Double> performance;
    private final long values;

    ReferenceProfile(Rows rows) {
        Layout layout = rows.layout();
        for (int column = 0; column < layout.size(); column++) {
            switch (layout.columns().get(column).role()) {
                case FEATURE, PREDICTION, TARGET -> columns.put(column, column(rows, column));
                case SEGMENT, PROBABILITY, LATENCY, DIGEST -> {}
            }
            categories.put(column, new HashSet<>(List.of(rows.dictionary(column))));
        }
        performance = Performances.of(rows);
        values = columns.values().stream().mapToLong(Column::size).sum();
    }

    static Column column(Rows rows, int column) {
        if (rows.layout().numeric(column)) {
            return NumericalColumn.of(rows.numbers(column));
        }
        String[] dictionary = rows.dictionary(column);
        long[] counts = new long[dictionary.length];
        long missing = 0;
        for (int code : rows.codes(column)) {
            if (code < 0) {
                missing++;
            } else {
                counts[code]++;
            }
        }
        Map<String, Long> byName = new HashMap<>();
        for (int i = 0; i < dictionary.length; i++) {
            byName.put(dictionary[i], counts[i]);
        }
        return CategoricalColumn.of(byName, missing);
    }

    @Nullable
    Column column(int column) {
        return columns.get(column);
    }

    Set<String> categories(int column) {
        return categories.getOrDefault(column, Set.of());
    }

    @Nullable
    SortedMap<String, Double> performance() {
        return performance;
    }

    /** How many values it holds in memory. */
    long values() {
        return values;
    }
}
