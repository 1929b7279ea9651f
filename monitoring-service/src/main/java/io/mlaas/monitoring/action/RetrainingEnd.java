package io.mlaas.monitoring.action;

import io.mlaas.api.event.CloudEvent;
import io.mlaas.api.event.Topics;
import io.mlaas.api.monitoring.MonitoringEvents;
import io.mlaas.api.monitoring.MonitoringEvents.RetrainingEnded;
import io.mlaas.kit.event.Outbox;
import io.mlaas.monitoring.monitor.Monitor;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes down what became of a retraining, and tells it, once. */
@Component
class RetrainingEnd {
    private final RetrainingRepository retrainings;
    private final DecisionRepository decisions;
    private final Outbox outbox;

    RetrainingEnd(RetrainingRepository retrainings, DecisionRepository decisions, Outbox outbox) {
        this.retrainings = retrainings;
        this.decisions = decisions;
        this.outbox = outbox;
    }

    @Transactional
    void write(
            Monitor monitor,
            Retraining retraining,
            Retraining.State state,
            @Nullable String reason,
            @Nullable JsonNode answer) {
        if (!retrainings.end(retraining.id(), state, reason, answer)) {
            return;
        }
        CloudEvent<RetrainingEnded> event = CloudEvent.of(
                "/monitoring-service",
                MonitoringEvents.RETRAINING_ENDED,
                monitor.id(),
                monitor.organizationId(),
                new RetrainingEnded(
                        retraining.id(),
                        monitor.id(),
                        monitor.document().name(),
                        monitor.document().subject(),
                        retraining.action(),
                        retraining.target(),
                        retraining.modelId(),
                        retraining.window(),
                        state.name(),
                        reason));
        decisions.add(
                event.id(),
                monitor.id(),
                retraining.window(),
                RetrainingDecisions.KIND + "_" + state,
                retraining.action(),
                outcome(retraining, reason),
                evidence(retraining, answer));
        outbox.publish(Topics.MONITORING, event);
    }

    private static String outcome(Retraining retraining, @Nullable String reason) {
        UUID model = retraining.modelId();
        return reason != null
                ? reason
                : model == null ? retraining.target() + " has the rows" : "model " + model + " is trained";
    }

    private static ObjectNode evidence(Retraining retraining, @Nullable JsonNode answer) {
        ObjectNode evidence = JsonNodeFactory.instance.objectNode();
        evidence.put("retraining", retraining.id().toString());
        if (answer != null) {
            evidence.set("answer", answer);
        }
        return evidence;
    }
}
