package io.mlaas.ppfl.server;

import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.protocol.v1.Place;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Waits for clients, and begins rounds. */
@Component
class Gathering {
    private static final Place BEFORE_THE_FIRST = Place.getDefaultInstance();

    private final Federations federations;
    private final Participants participants;
    private final Runs runs;
    private final Answers answers;
    private final Clocks clocks;
    private final TransactionTemplate transaction;

    Gathering(
            Federations federations,
            Participants participants,
            Runs runs,
            Answers answers,
            Clocks clocks,
            PlatformTransactionManager transactions) {
        this.federations = federations;
        this.participants = participants;
        this.runs = runs;
        this.answers = answers;
        this.clocks = clocks;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * The first round begins when all clients have joined, or the quorum has and a time-out is over.
     *
     * @return whether it has begun
     */
    boolean begin(Federation federation) {
        RunPlan plan = RunPlan.of(federation.plan());
        List<String> joined = participants.joined(federation.id());
        if (joined.size() < plan.quorum()) {
            clocks.forget(federation.id());
            return false;
        }
        if (joined.size() < plan.clients() && clocks.periods(federation.id(), BEFORE_THE_FIRST, plan.timeout()) < 1) {
            return false;
        }
        return Boolean.TRUE.equals(transaction.execute(status -> {
            Run run = runs.lock(federation.id()).orElseThrow();
            if (!federations.move(federation.id(), FederationState.RUNNING, null)) {
                return false;
            }
            RoundStep.Next first = new RoundStep(plan, federations.seed(federation.id())).begin(run);
            runs.model(federation.id(), first.weights(), first.optimizer(), first.clippingNorm());
            openRound(federation, plan, run, 1, 1);
            return true;
        }));
    }

    /** In a transaction that has locked the run. @return how many are asked */
    int openRound(Federation federation, RunPlan plan, Run run, int round, int attempt) {
        List<String> chosen = plan.chosen(participants.joined(federation.id()), run.seed(), round);
        Place place = Place.newBuilder()
                .setRound(round)
                .setAttempt(attempt)
                .setPhase(plan.protocol().phases().getFirst())
                .build();
        runs.at(federation.id(), round, attempt, place.getPhase(), attempt == 1);
        answers.ask(federation.id(), place, chosen);
        return chosen.size();
    }
}
