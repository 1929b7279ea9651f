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
    private final Columns all;
    private final Map<Integer, Column> columns = new HashMap<>();
    private final Map<Integer, ColumnFacts> facts = new HashMap<>();
    private final @Nullable SortedMap<String, Double> performance;
    private @Nullable Estimation estimation;
    private boolean fitted;

    ReferenceProfile(Rows rows) {
        Layout layout = rows.layout();
        all = new Columns(rows);
        for (int column = 0; column < layout.size(); column++) {
            switch (layout.columns().get(column).role()) {
                case FEATURE -> {
                    columns.put(column, all.column(column));
                    facts.put(column, all.facts(column));
                }
                case PREDICTION, TARGET -> columns.put(column, all.column(column));
                case SEGMENT, PROBABILITY, LOWER, UPPER, LATENCY, DIGEST -> {}
            }
        }
        performance = Performances.of(rows);
    }

    /** In its order, as far as that was kept. */
    Columns all() {
        return all;
    }

    /** Fitted when it is asked for first; null if the reference does not have what is needed. */
    synchronized @Nullable Estimation estimation() {
        if (!fitted) {
            estimation = Estimation.fit(all);
            fitted = true;
        }
        return estimation;
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
        return sorted + (long) all.rows().size() * all.rows().layout().size();
    }
}
