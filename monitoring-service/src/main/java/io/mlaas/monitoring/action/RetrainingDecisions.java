package io.mlaas.monitoring.action;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.monitoring.MonitoringEvents;
import io.mlaas.api.monitoring.MonitoringEvents.RetrainingRequested;
import io.mlaas.kit.event.Outbox;
import io.mlaas.monitoring.monitor.Monitor;
import io.mlaas.monitoring.monitor.Retrain;
import io.mlaas.monitoring.monitor.RetrainAction;
import io.mlaas.monitoring.report.Report;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides what is trained again because of a report. An action decides once about a window, whatever its report becomes;
 * decisions about one monitor are made one after another, so that none overlooks another's request.
 */
@Component
class RetrainingDecisions {
    static final String KIND = "RETRAINING";
    private static final String SOURCE = "/monitoring-service";

    private final DecisionRepository decisions;
    private final RetrainingRepository retrainings;
    private final Outbox outbox;

    RetrainingDecisions(DecisionRepository decisions, RetrainingRepository retrainings, Outbox outbox) {
        this.decisions = decisions;
        this.retrainings = retrainings;
        this.outbox = outbox;
    }

    /**
     * Whether there is a request, and why or why not.
     *
     * @param verdict requested, cool_down, most or triage
     */
    private record Verdict(String verdict, String outcome) {
        boolean requested() {
            return verdict.equals("requested");
        }
    }

    /** @param broken findings by the names of the rules */
    @Transactional(propagation = Propagation.MANDATORY)
    void decide(Monitor monitor, Report report, Map<String, String> broken) {
        for (RetrainAction action : monitor.document().actions()) {
            List<String> causes =
                    action.on().stream().filter(broken::containsKey).toList();
            if (!causes.isEmpty()) {
                retrainings.lock(monitor.id());
                decide(monitor, report, action, causes, broken);
            }
        }
    }

    private void decide(
            Monitor monitor, Report report, RetrainAction action, List<String> causes, Map<String, String> broken) {
        UUID id = UUID.randomUUID();
        ObjectNode evidence = evidence(report, causes, broken);
        Verdict verdict = verdict(monitor, report, action, id, evidence);
        evidence.put("verdict", verdict.verdict());
        boolean first =
                decisions.add(id, monitor.id(), report.window(), KIND, action.name(), verdict.outcome(), evidence);
        if (first && verdict.requested()) {
            request(monitor, report, action, causes, id);
        }
    }

    private Verdict verdict(Monitor monitor, Report report, RetrainAction action, UUID id, ObjectNode evidence) {
        Report.Triage triage = report.triage();
        if (triage != null) {
            evidence.put("triage", triage.recommendation().name().toLowerCase(java.util.Locale.ROOT));
            evidence.put("triage_says", triage.sentence());
        }
        boolean advised = triage != null && triage.recommendation() == Report.Recommendation.RETRAIN;
        if (action.onlyIf() == RetrainAction.OnlyIf.TRIAGE_SAYS_RETRAIN && !advised) {
            return new Verdict(
                    "triage",
                    triage == null
                            ? "held back: there is no triage of this window"
                            : "held back, as the triage says: " + triage.sentence());
        }
        Optional<Instant> last = retrainings.lastRequested(monitor.id(), action.name());
        if (last.isPresent()) {
            Instant until = last.get().plus(action.coolDown());
            evidence.put("last_requested_at", last.get().toString());
            evidence.put("cool_down_until", until.toString());
            if (retrainings.now().isBefore(until)) {
                return new Verdict("cool_down", "held back by the cool-down until " + until);
            }
        }
        RetrainAction.Most most = action.most();
        if (most != null) {
            int before = retrainings.requestedWithin(monitor.id(), action.name(), most.per());
            evidence.put("requested_within_" + most.per(), before);
            if (before >= most.count()) {
                return new Verdict("most", "held back: %d within %s already".formatted(before, most.per()));
            }
        }
        return new Verdict("requested", "requested as retraining " + id);
    }

    private void request(Monitor monitor, Report report, RetrainAction action, List<String> causes, UUID id) {
        UUID model = action.retrain() instanceof Retrain.Train ? id : null;
        retrainings.add(id, monitor, report.window(), action, model);
        outbox.publish(
                Topics.MONITORING,
                CloudEvent.of(
                        SOURCE,
                        MonitoringEvents.RETRAINING_REQUESTED,
                        monitor.id(),
                        monitor.organizationId(),
                        new RetrainingRequested(
                                id,
                                monitor.id(),
                                monitor.document().name(),
                                monitor.document().subject(),
                                action.name(),
                                causes,
                                action.retrain().target(),
                                model,
                                report.window(),
                                report.startsAt(),
                                report.endsAt())));
    }

    private static ObjectNode evidence(Report report, List<String> causes, Map<String, String> broken) {
        ObjectNode evidence = JsonNodeFactory.instance.objectNode();
        ObjectNode rules = evidence.putObject("rules");
        causes.forEach(rule -> rules.put(rule, broken.get(rule)));
        evidence.put("starts_at", report.startsAt().toString());
        evidence.put("ends_at", report.endsAt().toString());
        evidence.put("rows", report.rows());
        evidence.put("labelled", report.labelled());
        return evidence;
    }
}
