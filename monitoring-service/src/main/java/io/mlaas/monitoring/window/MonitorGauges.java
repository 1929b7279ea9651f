package io.mlaas.monitoring.window;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.mlaas.monitoring.fleet.DeviceFigures;
import io.mlaas.monitoring.fleet.Fleets;
import io.mlaas.monitoring.monitor.MonitoringProperties;
import io.mlaas.monitoring.report.Report;
import io.mlaas.monitoring.window.WindowRepository.Newest;
import io.mlaas.statistics.skew.SkewKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The newest report of each monitor as metrics. Their number is bounded: of {@value #MOST_MONITORS} monitors, those with
 * the newest reports, and of {@value #MOST_COLUMNS} columns each, those that changed most; of the worst devices of a fleet, the
 * others together.
 */
@Component
class MonitorGauges {
    static final int MOST_COLUMNS = 20;
    private static final int MOST_MONITORS = 200;
    private static final double MILLISECONDS = 1000;

    private final WindowRepository windows;
    private final Fleets fleets;
    private final MonitoringProperties limits;
    private final @Nullable EvidentlyGauges evidently;
    private final JsonMapper json;
    private final Map<String, MultiGauge> gauges = new HashMap<>();
    private Map<UUID, Known> known = Map.of();

    /** A report that need not be read again until there is a newer one. */
    private record Known(Newest newest, Report report, List<DeviceFigures> devices) {}

    MonitorGauges(
            WindowRepository windows,
            Fleets fleets,
            MonitoringProperties limits,
            JsonMapper json,
            MeterRegistry meters) {
        this.windows = windows;
        this.fleets = fleets;
        this.limits = limits;
        this.evidently = limits.evidentlyNames() ? new EvidentlyGauges(meters) : null;
        this.json = json;
        Map.ofEntries(
                        Map.entry("drift.share", "The share of features that drifted"),
                        Map.entry("drift.features", "How many features drifted"),
                        Map.entry("drift.detected", "1 if the data drifted"),
                        Map.entry("column.score", "The p-value or distance of a column's test"),
                        Map.entry("column.effect", "How far a column is from the reference, 0 to 1"),
                        Map.entry("quality", "A metric of the predictions whose target is known"),
                        Map.entry("rows", "Rows of the window"),
                        Map.entry("labelled", "Rows of the window whose target is known"),
                        Map.entry("misfits", "Values that do not fit the schema or the reference"),
                        Map.entry("check.sensors", "Devices of a fleet whose sensors should be looked at"),
                        Map.entry("device.rows", "Rows of a device in the window"),
                        Map.entry("device.drifted.features", "How many features of a device drifted"),
                        Map.entry("device.missing.share", "The share of a device's values that are missing"),
                        Map.entry("latency.seconds", "Quantiles of the time that a prediction took"),
                        Map.entry("window.end.seconds", "When the reported window ended, in seconds since 1970"))
                .forEach((name, description) -> gauges.put(
                        name,
                        MultiGauge.builder("mlaas.monitor." + name)
                                .description(description)
                                .register(meters)));
    }

    /** Looks for reports that are new since it was called last. */
    synchronized void refresh() {
        Map<UUID, Known> found = new HashMap<>();
        for (Newest newest : windows.newest(MOST_MONITORS)) {
            Known before = known.get(newest.monitor());
            if (before != null && before.newest().equals(newest)) {
                found.put(newest.monitor(), before);
            } else {
                windows.find(newest.monitor(), newest.window())
                        .map(WindowRepository.Window::report)
                        .map(this::read)
                        .ifPresent(report -> found.put(newest.monitor(), known(newest, report)));
            }
        }
        known = found;
        show();
    }

    private Known known(Newest newest, Report report) {
        return new Known(newest, report, fleets.figures(newest.monitor(), newest.window(), limits.metricsDevices()));
    }

    private Report read(JsonNode report) {
        return json.treeToValue(report, Report.class);
    }

    private void show() {
        Map<String, List<MultiGauge.Row<?>>> rows = new HashMap<>();
        gauges.keySet().forEach(name -> rows.put(name, new ArrayList<>()));
        for (Known one : known.values()) {
            Tags tags = Tags.of(
                    "organization",
                    one.newest().organization().toString(),
                    "monitor",
                    one.newest().name());
            Adding to = (name, more, value) -> {
                if (value != null) {
                    rows.getOrDefault(name, new ArrayList<>()).add(MultiGauge.Row.of(tags.and(more), value));
                }
            };
            of(one.report(), to);
            devices(one, to);
        }
        rows.forEach((name, all) -> {
            MultiGauge gauge = gauges.get(name);
            if (gauge != null) {
                gauge.register(all, true);
            }
        });
        if (evidently != null) {
            evidently.show(known.values().stream()
                    .map(one -> new EvidentlyGauges.Shown(
                            one.newest().organization().toString(), one.newest().name(), one.report()))
                    .toList());
        }
    }

    private static void devices(Known known, Adding to) {
        Report.Triage triage = known.report().triage();
        if (triage != null) {
            to.add("check.sensors", Tags.empty(), triage.sensors().size());
        }
        for (DeviceFigures device : known.devices()) {
            Tags tags = Tags.of("device", device.device());
            to.add("device.rows", tags, device.rows());
            to.add("device.drifted.features", tags, device.drifted());
            to.add("device.missing.share", tags, device.missing());
        }
    }

    /** Takes a value that there is. */
    private interface Adding {
        void add(String name, Tags tags, @Nullable Number value);
    }

    private static void of(Report report, Adding to) {
        to.add("rows", Tags.empty(), report.rows());
        to.add("labelled", Tags.empty(), report.labelled());
        to.add("window.end.seconds", Tags.empty(), report.endsAt().getEpochSecond());
        Report.Drift drift = report.drift();
        if (drift != null) {
            to.add("drift.share", Tags.empty(), drift.share());
            to.add("drift.features", Tags.empty(), drift.drifted());
            to.add("drift.detected", Tags.empty(), drift.drift() ? 1 : 0);
            drift.columns().stream()
                    .filter(column -> column.effect() != null)
                    .sorted(Comparator.comparingDouble(MonitorGauges::effect).reversed())
                    .limit(MOST_COLUMNS)
                    .forEach(column -> {
                        Tags tags = Tags.of("column", column.name(), "role", column.role(), "method", method(column));
                        to.add("column.score", tags, column.score());
                        to.add("column.effect", tags, column.effect());
                    });
        }
        Report.Performance performance = report.performance();
        if (performance != null) {
            BiConsumer<String, Map<String, Double>> told = (dataset, metrics) -> metrics.forEach(
                    (metric, value) -> to.add("quality", Tags.of("dataset", dataset, "metric", metric), value));
            told.accept("current", performance.current());
            if (performance.reference() != null) {
                told.accept("reference", performance.reference());
            }
        }
        misfits(report, to);
        Report.Latency latency = report.latency();
        if (latency != null) {
            to.add("latency.seconds", Tags.of("quantile", "0.5"), latency.p50() / MILLISECONDS);
            to.add("latency.seconds", Tags.of("quantile", "0.95"), latency.p95() / MILLISECONDS);
            to.add("latency.seconds", Tags.of("quantile", "0.99"), latency.p99() / MILLISECONDS);
        }
    }

    private static void misfits(Report report, Adding to) {
        for (SkewKind kind : SkewKind.values()) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            long rows = report.skew().stream()
                    .filter(skew -> skew.kind().equals(name))
                    .mapToLong(Report.Skew::rows)
                    .sum();
            to.add("misfits", Tags.of("kind", name), rows);
        }
    }

    private static double effect(Report.ColumnReport column) {
        return column.effect() == null ? 0 : column.effect();
    }

    private static String method(Report.ColumnReport column) {
        return column.method() == null ? "" : column.method().toLowerCase(Locale.ROOT);
    }
}
