package io.mlaas.monitoring.window;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.mlaas.kit.observe.GaugeFamily;
import io.mlaas.monitoring.report.Report;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Reports under the names that the monitoring service of Evidently had until it was given up, for dashboards that were made for
 * it. {@code dataset_name} is the monitor's name; {@code p_value} is the score, whatever the test.
 */
final class EvidentlyGauges {
    private static final Map<String, String> REGRESSION =
            Map.of("me", "mean_error", "mae", "mean_abs_error", "mape_evidently", "mean_abs_perc_error");
    private static final List<String> CLASSIFICATION = List.of("accuracy", "precision", "recall", "f1");

    private final Map<String, GaugeFamily> gauges = new HashMap<>();
    private final Map<String, Map<Tags, Double>> values = new HashMap<>();

    EvidentlyGauges(MeterRegistry meters) {
        Map.of(
                        "data_drift:p_value", "The score of a feature's test",
                        "data_drift:dataset_drift", "1 if the data drifted",
                        "data_drift:share_drifted_features", "The share of features that drifted",
                        "data_drift:n_drifted_features", "How many features drifted",
                        "num_target_drift:drift", "The score of the test of predictions or targets, numbers",
                        "cat_target_drift:drift", "The score of the test of predictions or targets, classes",
                        "regression_performance:quality", "A metric of the predictions whose target is known",
                        "classification_performance:quality", "A metric of the predictions whose target is known")
                .forEach((name, description) ->
                        gauges.put(name, new GaugeFamily("evidently:" + name, description, meters)));
    }

    /** A monitor's newest report. */
    record Shown(String organization, String monitor, Report report) {}

    /** Shows these and nothing of those before. */
    void show(List<Shown> reports) {
        values.clear();
        reports.forEach(this::add);
        gauges.forEach((name, gauge) -> gauge.show(values.getOrDefault(name, Map.of())));
    }

    private void add(Shown shown) {
        Tags tags = Tags.of("organization", shown.organization(), "dataset_name", shown.monitor());
        Report.Drift drift = shown.report().drift();
        if (drift != null) {
            drift(tags, drift);
        }
        Report.Performance performance = shown.report().performance();
        if (performance != null) {
            quality(tags, "current", performance.current());
            SortedMap<String, Double> reference = performance.reference();
            if (reference != null) {
                quality(tags, "reference", reference);
            }
        }
    }

    private void drift(Tags tags, Report.Drift drift) {
        add("data_drift:dataset_drift", tags, drift.drift() ? 1 : 0);
        add("data_drift:share_drifted_features", tags, drift.share());
        add("data_drift:n_drifted_features", tags, drift.drifted());
        drift.columns().stream()
                .filter(column -> column.role().equals("feature") && column.effect() != null)
                .sorted(Comparator.comparingDouble(EvidentlyGauges::effect).reversed())
                .limit(ReportMetrics.MOST_COLUMNS)
                .forEach(column -> add(
                        "data_drift:p_value",
                        tags.and("feature", column.name(), "feature_type", categorical(column) ? "cat" : "num"),
                        column.score()));
        drift.columns().stream()
                .filter(column -> !column.role().equals("feature"))
                .forEach(column -> add(
                        categorical(column) ? "cat_target_drift:drift" : "num_target_drift:drift",
                        tags.and("kind", column.role().toLowerCase(Locale.ROOT), "feature", column.name()),
                        column.score()));
    }

    private void quality(Tags tags, String dataset, SortedMap<String, Double> metrics) {
        metrics.forEach((metric, value) -> {
            String name = REGRESSION.get(metric);
            if (name != null) {
                add("regression_performance:quality", tags.and("dataset", dataset, "metric", name), value);
            } else if (CLASSIFICATION.contains(metric)) {
                add("classification_performance:quality", tags.and("dataset", dataset, "metric", metric), value);
            }
        });
    }

    private void add(String name, Tags tags, @Nullable Number value) {
        if (value != null) {
            values.computeIfAbsent(name, key -> new HashMap<>()).put(tags, value.doubleValue());
        }
    }

    private static boolean categorical(Report.ColumnReport column) {
        return column.shift() != null && column.shift().category() != null;
    }

    private static double effect(Report.ColumnReport column) {
        return column.effect() == null ? 0 : column.effect();
    }
}
