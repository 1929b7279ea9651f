package io.mlaas.ppfl.server;

import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationClient;
import io.mlaas.ppfl.federation.FederationProgress;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.server.Answers.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Has the clients of a round asked, and closes phases: when all have answered, or a time-out is over and the quorum has. With
 * fewer it waits for a few time-outs more, and then the federation has failed: no client makes it wait for ever.
 */
@Component
class Phases {
    private static final Logger log = LoggerFactory.getLogger(Phases.class);
    private static final int ATTEMPTS = 3;

    private final Federations federations;
    private final FederationProgress progress;
    private final Participants participants;
    private final Runs runs;
    private final Answers answers;
    private final Gathering gathering;
    private final RoundClosing closing;
    private final RoundRecords records;
    private final Sessions sessions;
    private final Clocks clocks;
    private final int patience;
    private final TransactionTemplate transaction;

    Phases(
            Federations federations,
            FederationProgress progress,
            Participants participants,
            Runs runs,
            Answers answers,
            Gathering gathering,
            RoundClosing closing,
            RoundRecords records,
            Sessions sessions,
            Clocks clocks,
            FederationServerProperties properties,
            PlatformTransactionManager transactions) {
        this.federations = federations;
        this.progress = progress;
        this.participants = participants;
        this.runs = runs;
        this.answers = answers;
        this.gathering = gathering;
        this.closing = closing;
        this.records = records;
        this.sessions = sessions;
        this.clocks = clocks;
        this.patience = properties.patience();
        this.transaction = new TransactionTemplate(transactions);
    }

    /** @return whether there may be more to do at once */
    boolean goOn(Federation federation) {
        UUID id = federation.id();
        RunPlan plan = RunPlan.of(federation.plan());
        Run run = runs.place(id).orElseThrow();
        Place place = run.place();
        List<Verdict> verdicts = answers.of(id, place);
        Set<String> pending = pending(id, verdicts);
        long accepted = accepted(verdicts);
        long periods = clocks.periods(id, place, plan.timeout());
        if (pending.isEmpty()
                || (periods >= 1 && canDoWithout(plan.protocol(), run, accepted))
                || periods >= patience) {
            Optional<RoundClosing.Closed> closed =
                    Objects.requireNonNull(transaction.execute(status -> close(federation, plan, place)));
            closed.ifPresent(round -> closing.tell(id, round));
            return true;
        }
        if (clocks.isNew(id, place, periods)) {
            nameWhoIsWaitedFor(id, plan, place, pending, accepted, periods);
        }
        Set<String> asked = new HashSet<>(pending);
        sessions.of(id).stream()
                .filter(session -> asked.contains(session.name()))
                .forEach(session -> session.ask(place));
        return false;
    }

    /** Below the quorum nothing closes, so people are told at each time-out whom it waits for. */
    private void nameWhoIsWaitedFor(
            UUID federation, RunPlan plan, Place place, Set<String> pending, long accepted, long periods) {
        String reason = "no answer in round %d within %d s; it waits, as %d have answered (quorum: %d)"
                .formatted(
                        place.getRound(),
                        periods * plan.timeout().toSeconds(),
                        accepted,
                        plan.protocol().quorum(place.getPhase()));
        log.info("federation {}: {}: {}", federation, pending, reason);
        pending.forEach(name -> progress.client(federation, name, FederationClient.State.DOWN, reason, null));
    }

    /** What is missing after a time-out is not needed, or others can be asked for it. */
    private boolean canDoWithout(RoundProtocol protocol, Run run, long accepted) {
        Phase phase = run.place().getPhase();
        return accepted >= protocol.quorum(phase)
                || !protocol.instead(phase, records.of(run)).isEmpty();
    }

    /** Who was asked, has not answered, and still belongs to the federation. */
    private Set<String> pending(UUID federation, List<Verdict> verdicts) {
        Set<String> joined = new HashSet<>(participants.joined(federation));
        return verdicts.stream()
                .filter(verdict -> verdict.state() == Answers.State.ASKED && joined.contains(verdict.name()))
                .map(Verdict::name)
                .collect(Collectors.toSet());
    }

    private static long accepted(List<Verdict> verdicts) {
        return verdicts.stream()
                .filter(verdict -> verdict.state() == Answers.State.ACCEPTED)
                .count();
    }

    /** With the run locked nobody answers meanwhile; what came until now counts. */
    private Optional<RoundClosing.Closed> close(Federation federation, RunPlan plan, Place place) {
        UUID id = federation.id();
        Run run = runs.lock(id).orElseThrow();
        boolean cancelled = federations
                .find(id)
                .filter(now -> now.state() == FederationState.RUNNING)
                .isEmpty();
        if (cancelled || !run.place().equals(place)) {
            return Optional.empty();
        }
        for (Verdict verdict : answers.of(id, place)) {
            if (verdict.state() == Answers.State.ASKED) {
                String reason =
                        "no answer in round %d within %d s".formatted(place.getRound(), waited(id, plan, place));
                answers.settle(id, place, verdict.name(), Answers.State.MISSING, reason, null);
            }
        }
        RoundProtocol protocol = plan.protocol();
        List<Verdict> verdicts = answers.of(id, place);
        if (accepted(verdicts) < protocol.quorum(place.getPhase())) {
            List<String> others = protocol.instead(place.getPhase(), records.of(run));
            if (others.isEmpty()) {
                return shortOf(federation, plan, run, verdicts);
            }
            answers.ask(id, place, others);
            clocks.forget(id);
            return Optional.empty();
        }
        int next = protocol.phases().indexOf(place.getPhase()) + 1;
        if (next < protocol.phases().size()) {
            ask(protocol, run, protocol.phases().get(next), verdicts);
            return Optional.empty();
        }
        return closing.close(federation, plan, run);
    }

    private long waited(UUID federation, RunPlan plan, Place place) {
        return Math.max(1, clocks.periods(federation, place, plan.timeout()))
                * plan.timeout().toSeconds();
    }

    private void ask(RoundProtocol protocol, Run run, Phase next, List<Verdict> verdicts) {
        List<String> answered = verdicts.stream()
                .filter(verdict -> verdict.state() == Answers.State.ACCEPTED)
                .map(Verdict::name)
                .toList();
        runs.at(run.federation(), run.round(), run.attempt(), next, false);
        answers.ask(
                run.federation(),
                run.place().toBuilder().setPhase(next).build(),
                protocol.asks(next, answered, records.of(run)));
    }

    /** Clients that were lost in the middle of a round are done without in another attempt; else there are too few. */
    private Optional<RoundClosing.Closed> shortOf(
            Federation federation, RunPlan plan, Run run, List<Verdict> verdicts) {
        boolean later = plan.protocol().phases().indexOf(run.place().getPhase()) > 0;
        closing.nameTroubles(federation.id(), run);
        if (later && run.attempt() < ATTEMPTS) {
            gathering.openRound(federation, plan, run, run.round(), run.attempt() + 1);
            return Optional.empty();
        }
        String missing = verdicts.stream()
                .filter(verdict -> verdict.state() != Answers.State.ACCEPTED)
                .map(verdict -> verdict.name() + ": " + verdict.reason())
                .collect(Collectors.joining("; "));
        boolean unused = federations.move(
                federation.id(),
                FederationState.FAILED,
                "round %d: %d of %d clients (quorum: %d); %s"
                        .formatted(
                                run.round(),
                                accepted(verdicts),
                                verdicts.size(),
                                plan.protocol().quorum(run.place().getPhase()),
                                missing));
        return Optional.empty();
    }
}
