package io.mlaas.ppfl.job;

import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationProgress;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.ledger.PrivacyLedger;
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
    private final FederationProgress progress;
    private final PrivacyLedger ledger;
    private final JobRepository jobs;
    private final JsonMapper json;

    JobEnd(
            Federations federations,
            FederationProgress progress,
            PrivacyLedger ledger,
            JobRepository jobs,
            JsonMapper json) {
        this.federations = federations;
        this.progress = progress;
        this.ledger = ledger;
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
        ledger.settleAsReserved(federation.id());
        jobs.done(federation.id());
    }

    @Transactional
    public void failed(Federation federation, String reason) {
        federations.move(federation.id(), FederationState.FAILED, reason);
        forget(federation);
    }

    /** By others than the federation's own operation: its training was. */
    @Transactional
    public void cancelled(Federation federation, String reason) {
        federations.move(federation.id(), FederationState.CANCELLED, reason);
        forget(federation);
    }

    /** Nothing of it goes on, and what it was to cost is spent. */
    @Transactional
    public void settled(Federation federation) {
        ledger.settleAsReserved(federation.id());
        jobs.done(federation.id());
    }

    /** Nothing of it goes on. Before its first round nothing was learned that anybody saw. */
    @Transactional
    public void forget(Federation federation) {
        if (progress.rounds(federation.id()).isEmpty()) {
            ledger.release(federation.id());
        } else {
            ledger.settleAsReserved(federation.id());
        }
        jobs.done(federation.id());
    }
}
