package io.mlaas.monitoring.fleet;

import io.mlaas.monitoring.action.Alerts;
import io.mlaas.monitoring.fleet.RollUp.Judged;
import io.mlaas.monitoring.monitor.AlertRule;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.report.Report;
import io.mlaas.monitoring.rows.Rows;
import io.mlaas.profile.triage.Fleet;
import io.mlaas.profile.triage.Triage;
import io.mlaas.profile.triage.TriageReport;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What the devices of monitors with a fleet did. */
@Component
public class Fleets {
    /** Where no alert rule says what is worse: by this part of the reference. */
    private static final double WORSE_BY = .1;

    private static final List<String> MAIN = List.of("mae", "accuracy");

    private final FleetReferences references;
    private final FleetRepository repository;
    private final FleetProperties limits;

    Fleets(FleetReferences references, FleetRepository repository, FleetProperties limits) {
        this.references = references;
        this.repository = repository;
        this.limits = limits;
    }

    /**
     * Looks at the devices of a window.
     *
     * @param rows distinct ones
     * @param report of the same window, for how good the model was
     */
    public FleetWindow of(Monitor monitor, Rows rows, Report report) {
        if (monitor.document().schema().fleet().isEmpty() || rows.size() == 0) {
            return FleetWindow.NONE;
        }
        int features = monitor.document().schema().features().size();
        DeviceLook look = DeviceLook.of(monitor.document().schema(), rows, limits.devicesOf(features));
        TriageReport triage = triage(monitor, look, report);
        return new FleetWindow(triage == null ? null : told(triage), RollUp.of(look.kept(), judged(look, triage)));
    }

    /** Keeps what was found in the place of what was known of the window, with its report. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void keep(UUID monitor, long window, FleetWindow fleet) {
        repository.keep(monitor, window, fleet.nodes());
    }

    /** The devices of a window, the worst first, and the others together as {@code other}. */
    public List<DeviceFigures> figures(UUID monitor, long window, int most) {
        return repository.figures(monitor, window, most);
    }

    /** @return null where too little is known */
    private @Nullable TriageReport triage(Monitor monitor, DeviceLook look, Report report) {
        if (look.judged().isEmpty()) {
            return null;
        }
        FleetReference reference = references.of(monitor);
        return reference.rows() < monitor.document().tests().minRows()
                ? null
                : Triage.of(
                        new Fleet(reference.whole(), reference.devices(), look.judged(), performance(monitor, report)));
    }

    private static Function<String, Judged> judged(DeviceLook look, @Nullable TriageReport triage) {
        if (triage == null) {
            return path -> new Judged(Mark.NOT_JUDGED, 0, Set.of());
        }
        Set<String> sensors = new HashSet<>(triage.checkSensorsOf());
        Map<String, TriageReport.DeviceFinding> found = triage.devices().stream()
                .collect(Collectors.toMap(TriageReport.DeviceFinding::device, Function.identity()));
        return path -> {
            TriageReport.DeviceFinding finding = found.get(path);
            if (finding == null) {
                return new Judged(look.judged().containsKey(path) ? Mark.AS_BEFORE : Mark.NOT_JUDGED, 0, Set.of());
            }
            return new Judged(
                    sensors.contains(path) ? Mark.CHECK_SENSORS : Mark.DRIFTED,
                    finding.share(),
                    new HashSet<>(finding.features()));
        };
    }

    /** By the first alert rule on performance, else by the mean absolute error or the accuracy. */
    private static Fleet.@Nullable Performance performance(Monitor monitor, Report report) {
        if (report.performance() == null) {
            return null;
        }
        SortedMap<String, Double> current = report.performance().current();
        SortedMap<String, Double> reference = report.performance().reference();
        AlertRule rule = monitor.document().alerts().stream()
                .filter(one -> one.on() == AlertRule.On.PERFORMANCE && current.containsKey(one.metric()))
                .findFirst()
                .orElseGet(() -> usual(current));
        Double now = current.get(rule.metric());
        if (now == null) {
            return null;
        }
        Double before = reference == null ? null : reference.get(rule.metric());
        boolean known = before != null || rule.above() != null || rule.below() != null;
        return known
                ? new Fleet.Performance(
                        rule.metric(), before == null ? Double.NaN : before, now, Alerts.breaks(rule, report))
                : null;
    }

    private static AlertRule usual(Map<String, Double> current) {
        String metric = MAIN.stream().filter(current::containsKey).findFirst().orElse("");
        return new AlertRule(metric, AlertRule.On.PERFORMANCE, List.of(), metric, null, null, WORSE_BY, 1);
    }

    private static Report.Triage told(TriageReport triage) {
        return new Report.Triage(
                switch (triage.recommendation()) {
                    case RETRAIN -> Report.Recommendation.RETRAIN;
                    case CHECK_SENSORS -> Report.Recommendation.CHECK_SENSORS;
                    case IGNORE -> Report.Recommendation.IGNORE;
                },
                triage.sentence(),
                first(triage.checkSensorsOf(), Function.identity()),
                first(
                        triage.features(),
                        one -> new Report.FeatureFinding(
                                one.feature(), one.devices(), one.effect(), one.share(), one.sentence())),
                first(
                        triage.devices(),
                        one -> new Report.DeviceFinding(
                                one.device(), one.features(), one.share(), one.sensor(), one.sentence())),
                first(
                        triage.segments(),
                        one -> new Report.SegmentFinding(
                                one.segment(), one.devices(), one.affected(), one.share(), one.sentence())));
    }

    private static <F, T> List<T> first(List<F> found, Function<F, T> told) {
        return found.stream().limit(Report.Triage.MOST_FINDINGS).map(told).toList();
    }
}
