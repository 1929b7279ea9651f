package io.mlaas.ppfl.server;

import io.mlaas.federated.plan.Plan;
import io.mlaas.kit.work.Rounds;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationMode;
import io.mlaas.ppfl.federation.FederationProgress;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.ledger.PrivacyLedger;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Charges the budgets of participants: each is a data owner of the federation's company, reserved with its invitation. When
 * the federation is over, its rounds are settled; whoever ended it, and whether this process lived on, does not matter.
 */
@Component
class ParticipantsPrivacy implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(ParticipantsPrivacy.class);
    private static final Duration POLL = Duration.ofSeconds(5);

    private final PrivacyLedger ledger;
    private final Federations federations;
    private final FederationProgress progress;
    private final Rounds rounds = new Rounds(
            "participants-privacy", POLL, POLL, log, "what real federations spent cannot be settled now", this::settle);

    ParticipantsPrivacy(PrivacyLedger ledger, Federations federations, FederationProgress progress) {
        this.ledger = ledger;
        this.federations = federations;
        this.progress = progress;
    }

    /** In the transaction of the invitation. */
    void reserve(Federation federation, String participant) {
        Plan plan = Plan.of(federation.plan());
        ledger.reserve(
                federation.organizationId(),
                participant,
                federation.id(),
                federation.engine(),
                plan.privacy().accounted(),
                plan.privacyCost());
    }

    private boolean settle() {
        for (UUID id : ledger.unsettled()) {
            federations
                    .find(id)
                    .filter(federation -> federation.mode() == FederationMode.REAL
                            && federation.state().isOver())
                    .ifPresent(this::settle);
        }
        return false;
    }

    private void settle(Federation federation) {
        if (federation.startedAt() == null) {
            ledger.release(federation.id());
        } else if (federation.state() == FederationState.SUCCEEDED) {
            ledger.settleAsReserved(federation.id());
        } else {
            Plan plan = Plan.of(federation.plan());
            // A round that was under way counts: its model may have been seen before it was written down as over.
            int seen = progress.rounds(federation.id()).size() + 1;
            ledger.settle(
                    federation.id(),
                    plan.privacyCostAfter(Math.min(seen, plan.topology().rounds())));
        }
    }

    @Override
    public void start() {
        rounds.start();
    }

    @Override
    public void stop() {
        rounds.stop(Duration.ZERO);
    }

    @Override
    public boolean isRunning() {
        return rounds.isRunning();
    }
}
