package io.mlaas.monitoring.monitor;

import io.mlaas.kit.audit.Audit;
import io.mlaas.kit.security.Caller;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** The companies' monitors. */
@Component
public class Monitors {
    private static final int TRIES = 5;

    private final MonitorRepository repository;
    private final References references;
    private final RetrainRights rights;

    Monitors(MonitorRepository repository, References references, RetrainRights rights) {
        this.repository = repository;
        this.references = references;
        this.rights = rights;
    }

    Monitor make(JsonNode json, Caller caller) {
        Violations violations = new Violations();
        MonitorDocument document = MonitorDocument.parse(json, violations);
        DatasetColumns columns = references.check(json, document, violations);
        violations.refuse();
        rights.require(document);
        Reference reference = references.read(json, document, columns);
        UUID id = UUID.randomUUID();
        if (!repository.insert(id, document, reference, caller)) {
            throw MonitorProblem.MONITOR_EXISTS.because("$.name: " + document.name() + " is taken");
        }
        Audit.about(id);
        return find(id, caller);
    }

    public Monitor find(UUID id, Caller caller) {
        return repository
                .find(caller.organizationId(), id)
                .orElseThrow(() -> MonitorProblem.MONITOR_UNKNOWN.because("id: " + id));
    }

    /** @throws io.mlaas.kit.problem.ProblemException if it is paused */
    public Monitor findRunning(UUID id, Caller caller) {
        Monitor monitor = find(id, caller);
        if (monitor.state() != Monitor.State.RUNNING) {
            throw MonitorProblem.MONITOR_PAUSED.because("id: " + id + " is " + monitor.state());
        }
        return monitor;
    }

    Monitor change(UUID id, JsonNode patch, Caller caller) {
        for (int i = 0; i < TRIES; i++) {
            Monitor monitor = find(id, caller);
            Violations violations = new Violations();
            if (!patch.isObject()) {
                violations.add("$", patch, "a JSON object");
            }
            MonitorDocument document = monitor.document().changed(patch, violations);
            Monitor.State state = state(patch.path("state"), monitor.state(), violations);
            violations.refuse();
            boolean acts = patch.has("actions");
            if (acts) {
                rights.require(document);
            }
            if (repository.change(monitor, document, state, acts ? caller.subject() : null)) {
                Audit.about(id);
                return find(id, caller);
            }
        }
        throw MonitorProblem.MONITOR_REFUSED.because("id: " + id + " is changed by others at the same time");
    }

    private static Monitor.State state(JsonNode wanted, Monitor.State now, Violations violations) {
        if (wanted.isMissingNode() || wanted.isNull()) {
            return now;
        }
        for (Monitor.State state : Monitor.State.values()) {
            if (state.name().equals(wanted.asString(""))) {
                return state;
            }
        }
        violations.add("$.state", wanted, "RUNNING or PAUSED");
        return now;
    }

    void delete(UUID id, Caller caller) {
        Monitor monitor = find(id, caller);
        repository.delete(monitor.id());
        Audit.about(id);
    }
}
