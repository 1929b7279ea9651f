package io.mlaas.ppfl.server;

import com.google.protobuf.ByteString;
import io.mlaas.ppfl.federation.Federation;
import io.mlaas.ppfl.federation.FederationClient;
import io.mlaas.ppfl.federation.FederationProgress;
import io.mlaas.ppfl.federation.FederationState;
import io.mlaas.ppfl.federation.Federations;
import io.mlaas.ppfl.protocol.v1.Place;
import io.mlaas.ppfl.protocol.v1.Receipt;
import io.mlaas.ppfl.protocol.v1.Trouble;
import io.mlaas.ppfl.server.Answers.Verdict;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes the answers of clients. The first answer to a question counts, and is committed before it is acknowledged; the same
 * again is acknowledged again. What is stale, a second one, or cannot be used is refused, and its client named.
 */
@Component
class Intake {
    private static final int LONGEST_REASON = 500;

    private final Federations federations;
    private final FederationProgress progress;
    private final Participants participants;
    private final Runs runs;
    private final Answers answers;
    private final RoundRecords records;
    private final TransactionTemplate transaction;

    Intake(
            Federations federations,
            FederationProgress progress,
            Participants participants,
            Runs runs,
            Answers answers,
            RoundRecords records,
            PlatformTransactionManager transactions) {
        this.federations = federations;
        this.progress = progress;
        this.participants = participants;
        this.runs = runs;
        this.answers = answers;
        this.records = records;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** A client is connected, and its data fits unless it says otherwise. */
    void up(UUID federation, String name) {
        transaction.executeWithoutResult(status -> {
            participants.joined(federation, name);
            progress.client(federation, name, FederationClient.State.UP, null, null);
        });
    }

    /** What is taken was checked at the place where the run is, also when it was moved on meanwhile. */
    Receipt take(Federation federation, String name, Place place, ByteString answer) {
        UUID id = federation.id();
        Run seen = runs.place(id).orElseThrow();
        return refusal(id, name, place, seen).orElseGet(() -> {
            String wrong = problem(federation, name, seen, answer);
            byte[] content = answer.toByteArray();
            String sha256 = Digests.sha256(content);
            return Objects.requireNonNull(transaction.execute(status -> {
                Run run = runs.lockPlace(id).orElseThrow();
                return refusal(id, name, place, run)
                        .orElseGet(() -> first(
                                id, name, place, answers.find(id, place, name).orElseThrow(), content, sha256, wrong));
            }));
        });
    }

    /** What is said of an answer that was not asked for; empty if it was. */
    Optional<Receipt> refusal(UUID federation, String name, Place place) {
        return refusal(federation, name, place, runs.place(federation).orElseThrow());
    }

    private Optional<Receipt> refusal(UUID federation, String name, Place place, Run run) {
        FederationState state = federations.find(federation).orElseThrow().state();
        if (state != FederationState.RUNNING || !run.place().equals(place)) {
            return Optional.of(refused(federation, name, stale(place, run, state)));
        }
        return answers.find(federation, place, name).isPresent()
                ? Optional.empty()
                : Optional.of(refused(federation, name, "not asked in round " + place.getRound()));
    }

    private Receipt first(
            UUID federation,
            String name,
            Place place,
            Verdict asked,
            byte[] content,
            String sha256,
            @Nullable String wrong) {
        if (asked.state() != Answers.State.ASKED) {
            boolean same = sha256.equals(asked.sha256());
            if (same && asked.state() == Answers.State.ACCEPTED) {
                return Receipt.newBuilder().setAccepted(true).build();
            }
            String reason = asked.reason();
            return refused(
                    federation,
                    name,
                    same && reason != null
                            ? reason
                            : "duplicate: another answer in round %d (expected: one; the first counts)"
                                    .formatted(place.getRound()));
        }
        if (wrong != null) {
            answers.settle(federation, place, name, Answers.State.REFUSED, wrong, sha256);
            return refused(federation, name, wrong);
        }
        answers.accept(federation, place, name, sha256, content);
        progress.client(federation, name, FederationClient.State.UP, null, null);
        return Receipt.newBuilder().setAccepted(true).build();
    }

    /** Looked at before anything is locked: it may take a while. */
    private @Nullable String problem(Federation federation, String name, Run run, ByteString answer) {
        Place place = run.place();
        try {
            RunPlan.of(federation.plan()).protocol().check(place.getPhase(), name, answer, records.of(run));
            return null;
        } catch (AnswerRefused e) {
            return "round " + place.getRound() + ": " + e.getMessage();
        }
    }

    private static String stale(Place place, Run run, FederationState state) {
        return state == FederationState.RUNNING
                ? "stale: an answer for round %d, attempt %d, %s (expected: round %d, attempt %d, %s)"
                        .formatted(
                                place.getRound(),
                                place.getAttempt(),
                                place.getPhase(),
                                run.round(),
                                run.attempt(),
                                run.phase())
                : "stale: an answer for round %d of a federation that is %s".formatted(place.getRound(), state);
    }

    private Receipt refused(UUID federation, String name, String reason) {
        progress.client(federation, name, FederationClient.State.REFUSED, reason, null);
        return Receipt.newBuilder().setAccepted(false).setReason(reason).build();
    }

    void complain(Federation federation, String name, Trouble trouble) {
        String said = trouble.getReason();
        String reason = said.length() > LONGEST_REASON ? said.substring(0, LONGEST_REASON) + "…" : said;
        UUID id = federation.id();
        transaction.executeWithoutResult(status -> {
            Run run = runs.lockPlace(id).orElseThrow();
            switch (trouble.getKind()) {
                case UNFIT_DATA -> {
                    participants.unfit(id, name);
                    progress.client(id, name, FederationClient.State.REFUSED, "unfit data: " + reason, null);
                }
                case TRAINING_FAILED -> {
                    if (run.place().equals(trouble.getPlace())
                            && answers.find(id, run.place(), name)
                                    .filter(asked -> asked.state() == Answers.State.ASKED)
                                    .isPresent()) {
                        answers.settle(id, run.place(), name, Answers.State.REFUSED, reason, null);
                    }
                    progress.client(id, name, FederationClient.State.REFUSED, reason, null);
                }
                case LEAVING -> progress.client(id, name, FederationClient.State.LEFT, reason, null);
                case KIND_UNSPECIFIED, UNRECOGNIZED ->
                    progress.client(id, name, FederationClient.State.REFUSED, reason, null);
            }
        });
    }
}
