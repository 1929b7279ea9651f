package io.mlaas.monitoring.window;

import io.micrometer.core.instrument.Tags;
import io.mlaas.monitoring.report.Report;
import io.mlaas.statistics.drift.PairedHistogram;
import io.mlaas.statistics.skew.SkewKind;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A report as metrics: a bounded number of them. */
final class ReportMetrics {
    static final int MOST_COLUMNS = 20;
    static final int MOST_DISTRIBUTIONS = 5;
    static final Map<String, String> DESCRIPTIONS = Map.ofEntries(
            Map.entry("drift.share", "The share of features that drifted"),
            Map.entry("drift.features", "How many features drifted"),
            Map.entry("drift.detected", "1 if the data drifted"),
            Map.entry("column.score", "The p-value or distance of a column's test"),
            Map.entry("column.effect", "How far a column is from the reference, 0 to 1"),
            Map.entry("column.share", "The share of a column's values that are in a bin"),
            Map.entry("quality", "A metric of the predictions whose target is known, or as it is estimated without"),
            Map.entry(
                    "error.bias",
                    "The mean error (prediction less target) of the lowest, the highest and the other errors"),
            Map.entry("rows", "Rows of the window"),
            Map.entry("labelled", "Rows of the window whose target is known"),
            Map.entry("misfits", "Values that do not fit the schema or the reference"),
            Map.entry("latency.seconds", "Quantiles of the time that a prediction took"),
            Map.entry("window.end.seconds", "When the reported window ended, in seconds since 1970"));

    private static final double MILLISECONDS = 1000;

    private ReportMetrics() {}

    /** Takes a value that there is. */
    interface Adding {
        void add(String name, Tags tags, @Nullable Number value);
    }

    static void add(Report report, Adding to) {
        to.add("rows", Tags.empty(), report.rows());
        to.add("labelled", Tags.empty(), report.labelled());
        to.add("window.end.seconds", Tags.empty(), report.endsAt().getEpochSecond());
        if (report.drift() != null) {
            drift(report.drift(), to);
        }
        quality(report, to);
        bias(report, to);
        misfits(report, to);
        Report.Latency latency = report.latency();
        if (latency != null) {
            to.add("latency.seconds", Tags.of("quantile", "0.5"), latency.p50() / MILLISECONDS);
            to.add("latency.seconds", Tags.of("quantile", "0.95"), latency.p95() / MILLISECONDS);
            to.add("latency.seconds", Tags.of("quantile", "0.99"), latency.p99() / MILLISECONDS);
        }
    }

    /** Of the columns that changed most. */
    private static void drift(Report.Drift drift, Adding to) {
        to.add("drift.share", Tags.empty(), drift.share());
        to.add("drift.features", Tags.empty(), drift.drifted());
        to.add("drift.detected", Tags.empty(), drift.drift() ? 1 : 0);
        List<Report.ColumnReport> columns = drift.columns().stream()
                .filter(column -> column.effect() != null)
                .sorted(Comparator.comparingDouble(ReportMetrics::effect).reversed())
                .limit(MOST_COLUMNS)
                .toList();
        for (Report.ColumnReport column : columns) {
            Tags tags = Tags.of("column", column.name(), "role", column.role(), "method", method(column));
            to.add("column.score", tags, column.score());
            to.add("column.effect", tags, column.effect());
        }
        columns.stream()
                .filter(column -> column.distribution() != null)
                .limit(MOST_DISTRIBUTIONS)
                .forEach(column -> distribution(column, Objects.requireNonNull(column.distribution()), to));
    }

    private static void distribution(Report.ColumnReport column, PairedHistogram histogram, Adding to) {
        for (int bin = 0; bin < histogram.current().size(); bin++) {
            Tags tags = Tags.of("column", column.name(), "role", column.role(), "bin", bin(histogram, bin));
            to.add(
                    "column.share",
                    tags.and("dataset", "reference"),
                    histogram.reference().get(bin));
            to.add(
                    "column.share",
                    tags.and("dataset", "current"),
                    histogram.current().get(bin));
        }
    }

    /** Begins with its place: whoever sorts texts sorts bins. */
    private static String bin(PairedHistogram histogram, int bin) {
        List<Double> edges = histogram.edges();
        List<String> categories = histogram.categories();
        String name = edges != null
                ? String.format(Locale.ROOT, "%.4g to %.4g", edges.get(bin), edges.get(bin + 1))
                : categories == null ? "" : categories.get(bin);
        return String.format(Locale.ROOT, "%02d: %s", bin + 1, name);
    }

    private static void quality(Report report, Adding to) {
        Report.Performance performance = report.performance();
        if (performance != null) {
            quality("current", performance.current(), to);
            if (performance.reference() != null) {
                quality("reference", performance.reference(), to);
            }
        }
        Report.Estimated estimated = report.estimated();
        if (estimated != null) {
            estimated
                    .metrics()
                    .forEach((metric, value) ->
                            to.add("quality", Tags.of("dataset", "estimated", "metric", metric), value.estimate()));
        }
    }

    private static void quality(String dataset, Map<String, Double> metrics, Adding to) {
        metrics.forEach((metric, value) -> to.add("quality", Tags.of("dataset", dataset, "metric", metric), value));
    }

    private static void bias(Report report, Adding to) {
        if (report.bias() == null) {
            return;
        }
        report.bias().stream().limit(MOST_COLUMNS).forEach(bias -> {
            groups(bias.output(), "current", bias.current(), to);
            if (bias.reference() != null) {
                groups(bias.output(), "reference", bias.reference(), to);
            }
        });
    }

    private static void groups(String output, String dataset, Report.ErrorGroups groups, Adding to) {
        Tags tags = Tags.of("output", output, "dataset", dataset);
        to.add(
                "error.bias",
                tags.and("group", "under"),
                groups.underestimation().meanError());
        to.add("error.bias", tags.and("group", "majority"), groups.majority().meanError());
        to.add("error.bias", tags.and("group", "over"), groups.overestimation().meanError());
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
