package io.mlaas.monitoring.report;

import io.mlaas.monitoring.monitor.DriftTests;
import io.mlaas.monitoring.monitor.Schema;
import io.mlaas.monitoring.monitor.StreamTest;
import io.mlaas.monitoring.rows.Layout;
import io.mlaas.monitoring.rows.Layout.Role;
import io.mlaas.monitoring.rows.RowId;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.monitoring.rows.RowsBuilder;
import io.mlaas.statistics.drift.DriftSettings;
import io.mlaas.statistics.stream.Adwin;
import io.mlaas.statistics.stream.Kswin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** How long each part of a report takes: {@code bench/monitoring/report/run.sh [rows] [features]}. */
final class ReportSpeed {
    private ReportSpeed() {}

    public static void main(String... arguments) {
        int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int features = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
        Map<String, Layout.Kind> kinds = new LinkedHashMap<>();
        List<Schema.Feature> described = new ArrayList<>();
        for (int i = 0; i < features; i++) {
            boolean numeric = i % 10 != 9;
            kinds.put("x" + i, numeric ? Layout.Kind.NUMERIC : Layout.Kind.CATEGORICAL);
            described.add(new Schema.Feature(
                    "x" + i, numeric ? Schema.Type.NUMERIC : Schema.Type.CATEGORICAL, null, null, List.of()));
        }
        List<String> segments = List.of("device", "site");
        Layout layout = new Layout(kinds, segments, List.of("y"), List.of());
        Schema schema = new Schema(described, segments, List.of(), List.of("y"), List.of(), null);
        Rows reference = rows(layout, "reference", 100_000, features);
        Rows window = rows(layout, "w", count, features);
        System.out.printf("%,d rows of %d features, 100,000 of the reference%n", window.size(), features);
        for (int round = 0; round < 2; round++) {
            System.out.println(round == 0 ? "first:" : "again:");
            report(schema, reference, window);
        }
    }

    private static void report(Schema schema, Rows reference, Rows window) {
        DriftTests tests = new DriftTests(
                DriftSettings.DEFAULT,
                30,
                List.of(DriftTests.Multivariate.values()),
                List.of(
                        new StreamTest(StreamTest.Kind.ADWIN, "error", true, () -> new Adwin(0.002)),
                        new StreamTest(StreamTest.Kind.KSWIN, "x0", true, () -> new Kswin(Kswin.Settings.DEFAULT))));
        long start = System.nanoTime();
        ReferenceProfile profile = timed("reference, once", () -> new ReferenceProfile(reference));
        Estimation estimation = timed("estimation, once", profile::estimation);
        long once = System.nanoTime();
        Columns columns = new Columns(window);
        Drifts drifts = new Drifts(tests, profile);
        timed("performance", () -> Performances.of(window));
        timed("drift", () -> drifts.of(columns));
        timed("skew", () -> Skews.of(schema, columns, profile));
        timed("estimated", () -> estimation.of(window, null, null));
        timed("bias", () -> Biases.of(window, reference, 30));
        timed("multivariate", () -> new Together(profile.all()).of(columns, tests));
        timed("stream", () -> Streams.of(columns, profile.all(), tests.stream()));
        timed("segments", () -> new Segments(drifts).of(window));
        System.out.printf("  all: %.1f s, and %.1f s once%n", (System.nanoTime() - once) / 1e9, (once - start) / 1e9);
    }

    private static <T> T timed(String what, Supplier<T> work) {
        long start = System.nanoTime();
        T made = work.get();
        System.out.printf("  %-18s %7.2f s%n", what, (System.nanoTime() - start) / 1e9);
        return made;
    }

    private static Rows rows(Layout layout, String event, int count, int features) {
        SplittableRandom random = new SplittableRandom(event.hashCode());
        RowsBuilder rows = new RowsBuilder(layout);
        for (int i = 0; i < count; i++) {
            rows.row(RowId.of(event, i), i * 1000L);
            double sum = 0;
            for (int column = 0; column < features; column++) {
                if (layout.numeric(column)) {
                    double value = random.nextGaussian();
                    rows.set(column, value);
                    sum += value;
                } else {
                    rows.set(column, "c" + random.nextInt(8));
                }
            }
            rows.set(layout.first(Role.SEGMENT), "device-" + i % 50);
            rows.set(layout.first(Role.SEGMENT) + 1, "site-" + i % 3);
            rows.set(layout.first(Role.PREDICTION), sum);
            rows.set(layout.first(Role.TARGET), sum + random.nextGaussian());
        }
        return Made.sorted(rows.build());
    }
}
