package io.mlaas.monitoring.action;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.monitoring.MonitoringEvents;
import io.mlaas.api.monitoring.MonitoringEvents.WindowAlert;
import io.mlaas.kit.event.Outbox;
import io.mlaas.monitoring.monitor.AlertRule;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.report.Report;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Says of a report what its monitor's rules make of it. */
@Component
public class Alerts {
    private final DecisionRepository decisions;
    private final RetrainingDecisions retrainings;
    private final Outbox outbox;

    Alerts(DecisionRepository decisions, RetrainingDecisions retrainings, Outbox outbox) {
        this.decisions = decisions;
        this.retrainings = retrainings;
        this.outbox = outbox;
    }

    /**
     * Writes what follows from a report, with the report. A rule speaks once about a window.
     *
     * @param before reports of the windows before it, the latest first: for rules about several
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void judge(Monitor monitor, Report report, List<Report> before) {
        Map<String, String> broken = new LinkedHashMap<>();
        for (AlertRule rule : monitor.document().alerts()) {
            Finding finding = Finding.of(rule, report);
            if (finding.broken() && alsoBroken(rule, before)) {
                tell(monitor, rule, report, finding);
                broken.put(rule.name(), finding.what());
            }
        }
        retrainings.decide(monitor, report, broken);
    }

    /** Whether a report alone breaks a rule, however many in succession it would take. */
    public static boolean breaks(AlertRule rule, Report report) {
        return Finding.of(rule, report).broken();
    }

    /** What followed from a monitor's reports, the latest first. */
    public List<Decision> latest(UUID monitor, int limit) {
        return decisions.list(monitor, null, limit);
    }

    private static boolean alsoBroken(AlertRule rule, List<Report> before) {
        int more = rule.consecutive() - 1;
        return before.size() >= more
                && before.stream().limit(more).allMatch(earlier -> Finding.of(rule, earlier)
                        .broken());
    }

    private void tell(Monitor monitor, AlertRule rule, Report report, Finding finding) {
        boolean performance = rule.on() == AlertRule.On.PERFORMANCE || rule.on() == AlertRule.On.ESTIMATED_PERFORMANCE;
        CloudEvent<WindowAlert> event = CloudEvent.of(
                "/monitoring-service",
                performance ? MonitoringEvents.PERFORMANCE_DEGRADED : MonitoringEvents.DRIFT_DETECTED,
                monitor.id(),
                monitor.organizationId(),
                new WindowAlert(
                        monitor.id(),
                        monitor.document().name(),
                        monitor.document().subject(),
                        rule.name(),
                        finding.what(),
                        report.window(),
                        report.startsAt(),
                        report.endsAt(),
                        report.rows(),
                        report.labelled(),
                        report.triage() == null ? null : report.triage().sentence()));
        boolean first = decisions.add(
                event.id(),
                monitor.id(),
                report.window(),
                performance ? "PERFORMANCE_DEGRADED" : "DRIFT_DETECTED",
                rule.name(),
                "told as event " + event.id(),
                evidence(report, finding));
        if (first) {
            outbox.publish(Topics.MONITORING, event);
        }
    }

    private static ObjectNode evidence(Report report, Finding finding) {
        ObjectNode evidence = JsonNodeFactory.instance.objectNode();
        evidence.put("finding", finding.what());
        evidence.put("starts_at", report.startsAt().toString());
        evidence.put("ends_at", report.endsAt().toString());
        evidence.put("rows", report.rows());
        evidence.put("labelled", report.labelled());
        Report.Triage triage = report.triage();
        if (triage != null) {
            evidence.put("triage", triage.sentence());
            evidence.put("recommendation", triage.recommendation().name().toLowerCase(Locale.ROOT));
        }
        return evidence;
    }
}
