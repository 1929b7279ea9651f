package io.mlaas.monitoring.report;

import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.statistics.drift.Column;
import io.mlaas.statistics.skew.ColumnFacts;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What is compared with: the reference's columns, sorted and counted once, and how good its predictions were. */
final class ReferenceProfile {
    private final Rows rows;
    private final Map<Integer, Column> columns = new HashMap<>();
    private final Map<Integer, ColumnFacts> facts = new HashMap<>();
    private final @Nullable SortedMap<String, Double> performance;

    ReferenceProfile(Rows rows) {
        this.rows = rows;
        Layout layout = rows.layout();
        Columns all = new Columns(rows);
        for (int column = 0; column < layout.size(); column++) {
            switch (layout.columns().get(column).role()) {
                case FEATURE -> {
                    columns.put(column, all.column(column));
                    facts.put(column, all.facts(column));
                }
                case PREDICTION, TARGET -> columns.put(column, all.column(column));
                case SEGMENT, PROBABILITY, LATENCY, DIGEST -> {}
            }
        }
        performance = Performances.of(rows);
    }

    Rows rows() {
        return rows;
    }

    @Nullable
    Column column(int column) {
        return columns.get(column);
    }

    /** Of a feature. */
    ColumnFacts facts(int column) {
        ColumnFacts known = facts.get(column);
        if (known == null) {
            throw new IllegalArgumentException("column: " + column + " (expected: a feature's)");
        }
        return known;
    }

    @Nullable
    SortedMap<String, Double> performance() {
        return performance;
    }

    /** How many values it holds in memory: the rows, and sorted columns. */
    long values() {
        long sorted = columns.values().stream().mapToLong(Column::size).sum();
        return sorted + (long) rows.size() * rows.layout().size();
    }
}
