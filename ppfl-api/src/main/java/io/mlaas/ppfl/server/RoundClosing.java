package io.mlaas.ppfl.server;

import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationClient;
import io.mlaas.ppfl.federation.FederationProgress;
import io.mlaas.ppfl.federation.FederationRound;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.protocol.v1.Measures;
import io.mlaas.ppfl.protocol.v1.Notice;
import io.mlaas.ppfl.protocol.v1.Phase;
import io.mlaas.ppfl.protocol.v1.RoundClosed;
import io.mlaas.ppfl.server.Answers.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes the next model of a round's answers; in the transaction that opens the next round, or ends the training. */
@Component
class RoundClosing {
    private final Federations federations;
    private final FederationProgress progress;
    private final Runs runs;
    private final Answers answers;
    private final SeenUpdates seen;
    private final FinishedModels models;
    private final Gathering gathering;
    private final Sessions sessions;
    private final RoundRecords records;

    /** What is told of a round, and whose updates are in it. */
    record Closed(RoundClosed message, Set<String> counted) {}

    RoundClosing(
            Federations federations,
            FederationProgress progress,
            Runs runs,
            Answers answers,
            SeenUpdates seen,
            FinishedModels models,
            Gathering gathering,
            Sessions sessions,
            RoundRecords records) {
        this.records = records;
        this.federations = federations;
        this.progress = progress;
        this.runs = runs;
        this.answers = answers;
        this.seen = seen;
        this.models = models;
        this.gathering = gathering;
        this.sessions = sessions;
    }

    /** @return what clients are told when it is committed */
    Optional<Closed> close(Federation federation, RunPlan plan, Run run) {
        UUID id = federation.id();
        RoundProtocol protocol = plan.protocol();
        RoundResult result;
        RoundStep.Next next;
        try {
            result = protocol.aggregate(records.of(run));
            result.refused()
                    .forEach((name, reason) -> answers.settle(
                            id,
                            run.place().toBuilder().setPhase(protocol.updates()).build(),
                            name,
                            Answers.State.REFUSED,
                            reason,
                            null));
            if (result.given() < protocol.quorum()) {
                nameTroubles(id, run);
                return failed(
                        federation,
                        "round %d: %d updates that can be used (quorum: %d); refused: %s"
                                .formatted(run.round(), result.given(), protocol.quorum(), result.refused()));
            }
            next = new RoundStep(plan, federations.seed(id)).after(run, result);
        } catch (AnswerRefused e) {
            nameTroubles(id, run);
            return failed(federation, "round %d: %s".formatted(run.round(), e.getMessage()));
        }
        Closed closed = account(federation, plan, run, result);
        answers.forget(id);
        runs.model(id, next.weights(), next.optimizer(), next.clippingNorm());
        if (run.round() >= plan.rounds()) {
            models.store(federation, plan, next.weights(), result);
            boolean unused = federations.move(id, FederationState.REGISTERING, null);
        } else {
            int asked = gathering.openRound(federation, plan, run, run.round() + 1, 1);
            if (asked < protocol.quorum()) {
                return failed(
                        federation,
                        "round %d: %d clients are left (quorum: %d)"
                                .formatted(run.round() + 1, asked, protocol.quorum()));
            }
        }
        return Optional.of(closed);
    }

    private Optional<Closed> failed(Federation federation, String reason) {
        boolean unused = federations.move(federation.id(), FederationState.FAILED, reason);
        return Optional.empty();
    }

    private Closed account(Federation federation, RunPlan plan, Run run, RoundResult result) {
        UUID id = federation.id();
        Map<String, Integer> before = progress.clients(id).stream()
                .collect(Collectors.toMap(FederationClient::name, FederationClient::rounds));
        long up = 0;
        int asked = 0;
        for (Phase phase : plan.protocol().phases()) {
            Collection<Verdict> verdicts =
                    answers.of(id, run.place().toBuilder().setPhase(phase).build());
            up += verdicts.stream().mapToLong(Verdict::bytes).sum();
            asked = Math.max(asked, verdicts.size());
        }
        Map<String, byte[]> updates = records.of(run).answers(plan.protocol().updates());
        result.outlying()
                .forEach((name, reason) -> progress.client(
                        id, name, FederationClient.State.REFUSED, "round " + run.round() + ": " + reason, null));
        for (String name : result.counted()) {
            progress.client(id, name, FederationClient.State.UP, null, before.getOrDefault(name, 0) + 1);
            byte[] update = updates.get(name);
            if (update != null) {
                seen.store(id, plan.protocol().seen(run.round(), name, update));
            }
        }
        nameTroubles(id, run); // also of those whose update counts, and who did wrong after it
        Double loss = mean(result.measures().values(), Measures::getLoss);
        Double accuracy =
                mean(result.measures().values(), measures -> measures.hasAccuracy() ? measures.getAccuracy() : null);
        Double epsilon = plan.epsilon(run.round());
        progress.round(
                id,
                new FederationRound(
                        FederationRound.USUAL,
                        run.round(),
                        null,
                        result.counted().size(),
                        asked,
                        loss,
                        accuracy,
                        epsilon,
                        up,
                        run.bytesDown(),
                        seconds(run)));
        return new Closed(message(plan, run, result, asked, loss, accuracy, epsilon), result.counted());
    }

    private static RoundClosed message(
            RunPlan plan,
            Run run,
            RoundResult result,
            int asked,
            @Nullable Double loss,
            @Nullable Double accuracy,
            @Nullable Double epsilon) {
        RoundClosed.Builder closed = RoundClosed.newBuilder()
                .setRound(run.round())
                .setRounds(plan.rounds())
                .setClients(result.counted().size())
                .setAsked(asked);
        if (loss != null) {
            closed.setLoss(loss);
        }
        if (accuracy != null) {
            closed.setAccuracy(accuracy);
        }
        if (epsilon != null) {
            closed.setEpsilon(epsilon);
        }
        return closed.build();
    }

    private static double seconds(Run run) {
        Instant began = run.roundBeganAt();
        return began == null ? 0 : Duration.between(began, Instant.now()).toMillis() / 1e3;
    }

    /** Of the samples of all clients together, in the order of the clients' names. */
    static @Nullable Double mean(Collection<Measures> measures, Function<Measures, @Nullable Double> value) {
        double sum = 0;
        long samples = 0;
        for (Measures measure : measures) {
            Double one = value.apply(measure);
            if (one != null && measure.getSamples() > 0) {
                sum += one * measure.getSamples();
                samples += measure.getSamples();
            }
        }
        return samples == 0 ? null : sum / samples;
    }

    /** Says of each client that was not counted why. */
    void nameTroubles(UUID federation, Run run) {
        for (Phase phase : Phase.values()) {
            if (phase == Phase.UNRECOGNIZED) {
                continue;
            }
            for (Verdict verdict : answers.of(
                    federation, run.place().toBuilder().setPhase(phase).build())) {
                switch (verdict.state()) {
                    case REFUSED ->
                        progress.client(
                                federation, verdict.name(), FederationClient.State.REFUSED, verdict.reason(), null);
                    case MISSING ->
                        progress.missing(
                                federation, verdict.name(), Objects.requireNonNullElse(verdict.reason(), "no answer"));
                    case ASKED, ACCEPTED -> {}
                }
            }
        }
    }

    /** After the commit. */
    void tell(UUID federation, Closed closed) {
        sessions.of(federation)
                .forEach(session -> session.tell(Notice.newBuilder()
                        .setRoundClosed(closed.message().toBuilder()
                                .setCounted(closed.counted().contains(session.name())))
                        .build()));
    }
}
