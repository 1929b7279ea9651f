package io.mlaas.monitoring.report;

import io.mlaas.monitoring.report.Report.Segment;
import io.mlaas.monitoring.report.Report.SegmentValue;
import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Rows by what the schema says they are divided by: the values with the most rows, all others together. */
final class Segments {
    private static final int MOST_VALUES = 20;
    private static final int MOST_TESTED_ROWS = 20_000;

    private final Drifts drifts;

    Segments(Drifts drifts) {
        this.drifts = drifts;
    }

    /** @return null if the schema has none, or no row is in one */
    @Nullable
    List<Segment> of(Rows rows) {
        List<Segment> found = new ArrayList<>();
        for (int column : rows.layout().all(Role.SEGMENT)) {
            List<SegmentValue> values = values(rows, column);
            if (!values.isEmpty()) {
                found.add(new Segment(rows.layout().columns().get(column).name(), values));
            }
        }
        return found.isEmpty() ? null : found;
    }

    private List<SegmentValue> values(Rows rows, int column) {
        String[] dictionary = rows.dictionary(column);
        long[] counts = new long[dictionary.length];
        for (int code : rows.codes(column)) {
            if (code >= 0) {
                counts[code]++;
            }
        }
        // by name where they have as many
        List<Integer> largest = IntStream.range(0, counts.length)
                .filter(code -> counts[code] > 0)
                .boxed()
                .sorted(Comparator.comparingLong((Integer code) -> counts[code]).reversed())
                .toList();
        int named = Math.min(MOST_VALUES, largest.size());
        int[] groups = new int[counts.length];
        Arrays.fill(groups, named);
        for (int i = 0; i < named; i++) {
            groups[largest.get(i)] = i;
        }
        List<int[]> places = places(rows.codes(column), groups, named + 1);
        List<SegmentValue> values = new ArrayList<>();
        for (int i = 0; i < named; i++) {
            values.add(value(dictionary[largest.get(i)], 1, rows, places.get(i)));
        }
        if (largest.size() > named) {
            values.add(value(null, largest.size() - named, rows, places.get(named)));
        }
        return values;
    }

    private static List<int[]> places(int[] codes, int[] groups, int count) {
        int[] sizes = new int[count];
        for (int code : codes) {
            if (code >= 0) {
                sizes[groups[code]]++;
            }
        }
        List<int[]> places = new ArrayList<>();
        for (int size : sizes) {
            places.add(new int[size]);
        }
        int[] next = new int[count];
        for (int row = 0; row < codes.length; row++) {
            if (codes[row] >= 0) {
                int group = groups[codes[row]];
                places.get(group)[next[group]++] = row;
            }
        }
        return places;
    }

    private SegmentValue value(@Nullable String name, int values, Rows rows, int... places) {
        Rows own = rows.select(places);
        Rows tested = places.length <= MOST_TESTED_ROWS ? own : rows.select(Arrays.copyOf(places, MOST_TESTED_ROWS));
        return new SegmentValue(
                name, values, places.length, labelled(own), Performances.of(own), drifts.share(new Columns(tested)));
    }

    /** Rows whose target is known. */
    static long labelled(Rows rows) {
        Layout layout = rows.layout();
        int target = layout.first(Role.TARGET);
        return IntStream.range(0, rows.size())
                .filter(row -> layout.numericTarget()
                        ? Double.isFinite(rows.numbers(target)[row])
                        : rows.codes(target)[row] >= 0)
                .count();
    }
}
