package io.mlaas.monitoring.action;

import io.mlaas.monitoring.monitor.AlertRule;
import io.mlaas.monitoring.report.Report;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Whether a report breaks a rule, and by what. */
record Finding(boolean broken, String what) {
    private static final Finding NONE = new Finding(false, "");

    static Finding of(AlertRule rule, Report report) {
        return switch (rule.on()) {
            case DATASET_DRIFT -> dataset(report.drift());
            case FEATURE_DRIFT -> columns(report.drift(), "feature", rule.features());
            case PREDICTION_DRIFT -> columns(report.drift(), "prediction", List.of());
            case PERFORMANCE -> performance(rule, report.performance());
        };
    }

    private static Finding dataset(Report.@Nullable Drift drift) {
        return drift == null || !drift.drift()
                ? NONE
                : new Finding(
                        true,
                        "%d of %d features drifted (a share of %s)"
                                .formatted(drift.drifted(), drift.tested(), drift.share()));
    }

    private static Finding columns(Report.@Nullable Drift drift, String role, List<String> names) {
        if (drift == null) {
            return NONE;
        }
        List<String> drifted = drift.columns().stream()
                .filter(column -> column.drifted() && column.role().equals(role))
                .map(Report.ColumnReport::name)
                .filter(name -> names.isEmpty() || names.contains(name))
                .toList();
        return drifted.isEmpty() ? NONE : new Finding(true, "drifted: " + String.join(", ", drifted));
    }

    private static Finding performance(AlertRule rule, Report.@Nullable Performance performance) {
        Double value = performance == null ? null : performance.current().get(rule.metric());
        if (performance == null || value == null) {
            return NONE;
        }
        Double above = rule.above();
        Double below = rule.below();
        if (above != null && value > above) {
            return new Finding(true, "%s %s is above %s".formatted(rule.metric(), value, above));
        }
        if (below != null && value < below) {
            return new Finding(true, "%s %s is below %s".formatted(rule.metric(), value, below));
        }
        return worse(rule, value, performance.reference());
    }

    private static Finding worse(AlertRule rule, double value, @Nullable SortedMap<String, Double> reference) {
        Double worseBy = rule.worseBy();
        Double before = reference == null ? null : reference.get(rule.metric());
        if (worseBy == null || before == null) {
            return NONE;
        }
        // the mean error is as bad below zero as above
        double now = rule.metric().equals("me") ? Math.abs(value) : value;
        double then = rule.metric().equals("me") ? Math.abs(before) : before;
        double loss = rule.moreIsBetter() ? then - now : now - then;
        return loss <= worseBy * Math.abs(then)
                ? NONE
                : new Finding(
                        true,
                        "%s %s is worse than the reference's %s by more than %s of it"
                                .formatted(rule.metric(), value, before, worseBy));
    }
}
