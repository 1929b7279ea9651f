package io.mlaas.monitoring.report;

import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.Sample;
import io.mlaas.statistics.drift.CategoricalColumn;
import io.mlaas.statistics.drift.Column;
import io.mlaas.statistics.drift.NumericalColumn;
import io.mlaas.statistics.skew.ColumnFacts;
import io.mlaas.statistics.skew.Runs;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows and what several parts of a report ask of them, each made once and when it is asked for. Not for two threads. */
final class Columns {
    private static final String DEVICE = "device";
    private static final int ENOUGH = 1_000;

    private final Rows rows;
    private final Map<Integer, Column> columns = new HashMap<>();
    private final Map<Integer, Map<String, Long>> counts = new HashMap<>();
    private int @Nullable [] order;
    private @Nullable InTime streams;

    Columns(Rows rows) {
        this.rows = rows;
    }

    Rows rows() {
        return rows;
    }

    /** A column without what is missing: sorted numbers, or counted categories. */
    Column column(int column) {
        return columns.computeIfAbsent(column, this::make);
    }

    private Column make(int column) {
        if (rows.layout().numeric(column)) {
            return NumericalColumn.of(rows.numbers(column));
        }
        long named = counts(column).values().stream().mapToLong(Long::longValue).sum();
        return CategoricalColumn.of(counts(column), rows.size() - named);
    }

    /** How often each category occurs. */
    Map<String, Long> counts(int column) {
        return counts.computeIfAbsent(column, this::count);
    }

    private Map<String, Long> count(int column) {
        String[] dictionary = rows.dictionary(column);
        long[] found = new long[dictionary.length];
        for (int code : rows.codes(column)) {
            if (code >= 0) {
                found[code]++;
            }
        }
        Map<String, Long> byName = new HashMap<>();
        for (int i = 0; i < dictionary.length; i++) {
            if (found[i] > 0) {
                byName.put(dictionary[i], found[i]);
            }
        }
        return byName;
    }

    /** Places of all rows by event time, and of one time by id. */
    int[] inOneStream() {
        int[] known = order;
        if (known == null) {
            known = InTime.all(rows);
            order = known;
        }
        return known;
    }

    private InTime inTime() {
        InTime known = streams;
        if (known == null) {
            known = InTime.of(rows, inOneStream(), device());
            streams = known;
        }
        return known;
    }

    /** The segment that tells apart streams which have their own order, or -1. */
    private int device() {
        Layout layout = rows.layout();
        int column = layout.input(DEVICE);
        return column >= 0 && layout.columns().get(column).role() == Role.SEGMENT ? column : -1;
    }

    ColumnFacts facts(int column) {
        if (rows.layout().numeric(column)) {
            return numbers(rows.numbers(column), (NumericalColumn) column(column), run(column));
        }
        long named = counts(column).values().stream().mapToLong(Long::longValue).sum();
        return ColumnFacts.names(counts(column), rows.size() - named);
    }

    private static ColumnFacts.Numbers numbers(double[] values, NumericalColumn sorted, ColumnFacts.Run run) {
        long missing = 0;
        long texts = 0;
        for (double value : values) {
            if (Double.isNaN(value)) {
                boolean text = Rows.wrongType(value);
                texts += text ? 1 : 0;
                missing += text ? 0 : 1;
            }
        }
        return ColumnFacts.numbers(values.length, missing, texts, sorted, run);
    }

    /** The longest run of any device, in terms of its rows. */
    private ColumnFacts.Run run(int column) {
        ColumnFacts.Run longest = ColumnFacts.Run.NONE;
        InTime time = inTime();
        for (int stream = 0; stream < time.streams(); stream++) {
            ColumnFacts.Run run = Runs.longest(
                    rows.numbers(column), time.order(), time.from(stream), time.to(stream), time.name(stream));
            if (longest.rows() == 0 || run.length() > longest.length()) {
                longest = run;
            }
        }
        // of a sample, the rows between the equal ones are left out
        long density = rows.size() < ENOUGH ? 1 : Math.max(1, Sample.count(rows, false) / rows.size());
        return new ColumnFacts.Run(longest.length() * density, longest.value(), longest.rows() * density, longest.of());
    }
}
