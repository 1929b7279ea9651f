package io.mlaas.ppfl.job;

import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The end of a simulation: its state, what it spent and the end of the work on it commit together. */
@Component
class JobEnd {
    private final Federations federations;
    private final JobRepository jobs;
    private final JsonMapper json;

    JobEnd(Federations federations, JobRepository jobs, JsonMapper json) {
        this.federations = federations;
        this.jobs = jobs;
        this.json = json;
    }

    @Transactional
    public void succeeded(Federation federation, @Nullable Map<String, Object> measured) {
        JsonNode metrics = measured == null ? null : json.valueToTree(measured);
        JsonNode epsilon =
                metrics == null ? json.missingNode() : metrics.path("federated").path("epsilon");
        federations.succeeded(
                federation.id(), federation.id(), metrics, epsilon.isNumber() ? epsilon.doubleValue() : null);
        jobs.done(federation.id());
    }

    @Transactional
    public void failed(Federation federation, String reason) {
        federations.move(federation.id(), FederationState.FAILED, reason);
        jobs.done(federation.id());
    }

    /** By others than the federation's own operation: its training was. */
    @Transactional
    public void cancelled(Federation federation, String reason) {
        federations.move(federation.id(), FederationState.CANCELLED, reason);
        jobs.done(federation.id());
    }

    @Transactional
    public void forget(Federation federation) {
        jobs.done(federation.id());
    }
}
