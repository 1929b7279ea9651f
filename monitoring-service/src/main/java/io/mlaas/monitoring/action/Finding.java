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
            case ESTIMATED_PERFORMANCE -> estimated(rule, report.estimated());
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
        SortedMap<String, Double> before = performance.reference();
        return limits(rule, rule.metric(), value, before == null ? null : before.get(rule.metric()));
    }

    /** By the rule's limits, or by those of the estimate if the rule has none. */
    private static Finding estimated(AlertRule rule, Report.@Nullable Estimated estimated) {
        Report.Estimate estimate =
                estimated == null ? null : estimated.metrics().get(rule.metric());
        if (estimate == null) {
            return NONE;
        }
        String name = "estimated " + rule.metric();
        if (rule.above() != null || rule.below() != null || rule.worseBy() != null) {
            return limits(rule, name, estimate.estimate(), estimate.reference());
        }
        boolean worse = rule.moreIsBetter()
                ? estimate.lower() != null && estimate.estimate() < estimate.lower()
                : estimate.upper() != null && estimate.estimate() > estimate.upper();
        return worse
                ? new Finding(
                        true,
                        "%s %s is outside %s to %s, where the reference's parts of this size are"
                                .formatted(name, estimate.estimate(), estimate.lower(), estimate.upper()))
                : NONE;
    }

    private static Finding limits(AlertRule rule, String name, double value, @Nullable Double reference) {
        Double above = rule.above();
        Double below = rule.below();
        if (above != null && value > above) {
            return new Finding(true, "%s %s is above %s".formatted(name, value, above));
        }
        if (below != null && value < below) {
            return new Finding(true, "%s %s is below %s".formatted(name, value, below));
        }
        return worse(rule, name, value, reference);
    }

    private static Finding worse(AlertRule rule, String name, double value, @Nullable Double before) {
        Double worseBy = rule.worseBy();
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
                                .formatted(name, value, before, worseBy));
    }
}
