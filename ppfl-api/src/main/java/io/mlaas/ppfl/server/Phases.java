package io.mlaas.ppfl.server;

import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationClient;
import io.mlaas.ppfl.federation.FederationProgress;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.server.Answers.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
        Set<String> pending = pending(id, verdicts, plan.protocol().quorum(place.getPhase()));
        long periods = clocks.periods(id, place, plan.timeout());
        if (pending.isEmpty()
                || (periods >= 1 && canDoWithout(plan.protocol(), run, accepted(verdicts)))
                || periods >= patience) {
            Optional<RoundClosing.Closed> closed =
                    Objects.requireNonNull(transaction.execute(status -> close(federation, plan, place)));
            closed.ifPresent(round -> closing.tell(id, round));
            return true;
        }
        if (clocks.isNew(id, place, periods)) {
            transaction.executeWithoutResult(status -> nameWhoIsWaitedFor(id, plan, place, periods));
        }
        Set<String> asked = new HashSet<>(pending);
        sessions.of(id).stream()
                .filter(session -> asked.contains(session.name()))
                .forEach(session -> session.ask(place));
        return false;
    }

    /** Below the quorum nothing closes, so people are told at each time-out whom it waits for. */
    private void nameWhoIsWaitedFor(UUID federation, RunPlan plan, Place place, long periods) {
        if (!runs.lock(federation).orElseThrow().place().equals(place)) {
            return;
        }
        List<Verdict> verdicts = answers.of(federation, place);
        Set<String> pending = asked(verdicts, participants.joined(federation));
        String reason = "no answer in round %d within %d s; it waits, as %d have answered (quorum: %d)"
                .formatted(
                        place.getRound(),
                        periods * plan.timeout().toSeconds(),
                        accepted(verdicts),
                        plan.protocol().quorum(place.getPhase()));
        log.info("federation {}: {}: {}", federation, pending, reason);
        pending.forEach(name -> progress.missing(federation, name, reason));
    }

    /** What is missing after a time-out is not needed, or others can be asked for it. */
    private boolean canDoWithout(RoundProtocol protocol, Run run, long accepted) {
        Phase phase = run.place().getPhase();
        return accepted >= protocol.quorum(phase)
                || !protocol.instead(phase, records.of(run)).isEmpty();
    }

    /** Whose answer is worth waiting for: below the quorum also that of clients whose data did not fit, until they are back. */
    private Set<String> pending(UUID federation, List<Verdict> verdicts, int quorum) {
        List<String> able = new ArrayList<>(participants.joined(federation));
        if (accepted(verdicts) < quorum) {
            able.addAll(participants.unfit(federation));
        }
        return asked(verdicts, able);
    }

    private static Set<String> asked(List<Verdict> verdicts, Collection<String> of) {
        Set<String> names = new HashSet<>(of);
        return verdicts.stream()
                .filter(verdict -> verdict.state() == Answers.State.ASKED && names.contains(verdict.name()))
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
        settleWhatIsMissing(id, plan, place);
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

    /** A client whose data did not fit has said why. */
    private void settleWhatIsMissing(UUID federation, RunPlan plan, Place place) {
        Set<String> unfit = new HashSet<>(participants.unfit(federation));
        Map<String, String> said = progress.clients(federation).stream()
                .filter(client -> client.reason() != null && unfit.contains(client.name()))
                .collect(Collectors.toMap(FederationClient::name, client -> String.valueOf(client.reason())));
        String silent =
                "no answer in round %d within %d s".formatted(place.getRound(), waited(federation, plan, place));
        for (Verdict verdict : answers.of(federation, place)) {
            if (verdict.state() == Answers.State.ASKED) {
                String reason = said.get(verdict.name());
                Answers.State state = reason == null ? Answers.State.MISSING : Answers.State.REFUSED;
                answers.settle(federation, place, verdict.name(), state, reason == null ? silent : reason, null);
            }
        }
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
