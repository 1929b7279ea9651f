package io.mlaas.monitoring.window;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.mlaas.kit.observe.GaugeFamily;
import io.mlaas.monitoring.fleet.DeviceFigures;
import io.mlaas.monitoring.fleet.Fleets;
import io.mlaas.monitoring.monitor.MonitoringProperties;
import io.mlaas.monitoring.report.Report;
import io.mlaas.monitoring.window.WindowRepository.Newest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The newest report of each monitor as metrics. Their number is bounded: of {@value #MOST_MONITORS} monitors, those with
 * the newest reports, and of {@value ReportMetrics#MOST_COLUMNS} columns each, those that changed most; of the worst devices of a fleet, the
 * others together.
 */
@Component
class MonitorGauges {
    private static final int MOST_MONITORS = 200;
    private static final int MOST_DIGESTS = 5;
    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "info", "What is watched, and by which digests it is known in the latest window",
            "check.sensors", "Devices of a fleet whose sensors should be looked at",
            "device.rows", "Rows of a device in the window",
            "device.drifted.features", "How many features of a device drifted",
            "device.missing.share", "The share of a device's values that are missing");

    private final WindowRepository windows;
    private final Fleets fleets;
    private final MonitoringProperties limits;
    private final @Nullable EvidentlyGauges evidently;
    private final JsonMapper json;
    private final Map<String, GaugeFamily> gauges = new HashMap<>();
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
        Map<String, String> described = new HashMap<>(ReportMetrics.DESCRIPTIONS);
        described.putAll(DESCRIPTIONS);
        described.forEach(
                (name, description) -> gauges.put(name, new GaugeFamily("mlaas.monitor." + name, description, meters)));
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
        Map<String, Map<Tags, Double>> values = new HashMap<>();
        gauges.keySet().forEach(name -> values.put(name, new HashMap<>()));
        for (Known one : known.values()) {
            Tags tags = Tags.of(
                    "organization",
                    one.newest().organization().toString(),
                    "monitor",
                    one.newest().name());
            ReportMetrics.Adding to = (name, more, value) -> {
                if (value != null) {
                    values.getOrDefault(name, new HashMap<>()).put(tags.and(more), value.doubleValue());
                }
            };
            ReportMetrics.add(one.report(), to);
            devices(one, to);
            about(one, to);
        }
        gauges.forEach((name, family) -> family.show(values.getOrDefault(name, Map.of())));
        if (evidently != null) {
            evidently.show(known.values().stream()
                    .map(one -> new EvidentlyGauges.Shown(
                            one.newest().organization().toString(), one.newest().name(), one.report()))
                    .toList());
        }
    }

    private static void devices(Known known, ReportMetrics.Adding to) {
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

    private static void about(Known known, ReportMetrics.Adding to) {
        known.report().digests().stream()
                .limit(MOST_DIGESTS)
                .forEach(digest ->
                        to.add("info", Tags.of("subject", known.newest().subject(), "digest", digest), 1));
    }
}
