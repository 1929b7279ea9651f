package io.mlaas.training.cluster.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.training.cluster.model.Decision.Action;
import io.mlaas.training.cluster.model.Observed.Owned;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import io.mlaas.training.cluster.model.TrainingJobStatus.Step;
import io.mlaas.training.runner.FailureReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each state of a training, and what comes next. */
class DecisionsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final Decisions DECISIONS = new Decisions(new Policy(
            Duration.ofMinutes(5), Duration.ofMinutes(15), 3, Duration.ofSeconds(10), Duration.ofMinutes(5)));
    private static final StepState ABSENT = new StepState.Absent();

    @Test
    void isGuardedBeforeAnythingElse() {
        TrainingJob job = job(TrainingJobStatus.NEW, false);
        job.getMetadata().setFinalizers(new ArrayList<>());
        assertThat(next(seen(job).build()).actions()).containsExactly(new Action.AddFinalizer());
    }

    @Test
    void waitsForItsPlaceAndThenLeavesTheQueue() {
        TrainingJob job = job(TrainingJobStatus.NEW, false);
        Decision waits =
                next(seen(job).admission(new Admission.Waits(2, "place 2")).build());
        assertThat(waits.status().phase()).isEqualTo(Phase.QUEUED);
        assertThat(waits.status().queuePosition()).isEqualTo(2);
        assertThat(waits.actions()).isEmpty();
        Decision admitted = next(seen(job).build());
        assertThat(admitted.status().phase()).isEqualTo(Phase.RUNNING);
        assertThat(admitted.status().attempts()).isEqualTo(1);
        assertThat(admitted.status().startTime()).isEqualTo(NOW);
        assertThat(admitted.actions())
                .as("the status is written before anything is begun")
                .isEmpty();
        Decision never =
                next(seen(job).admission(new Admission.Never("too many GPUs")).build());
        assertThat(never.status().reason()).isEqualTo(FailureReason.INVALID_SPEC);
    }

    @Test
    void startsAnAttemptWithAllThatItNeeds() {
        assertThat(next(seen(training(1)).build()).actions())
                .containsExactly(
                        new Action.CreateVolume(),
                        new Action.CreateNetworkPolicy(),
                        new Action.RenewCredential(Duration.ofMinutes(150)),
                        new Action.Start(Step.TRAINING, 1));
        assertThat(next(seen(training(1))
                                .owned(Owned.VOLUME, Owned.NETWORK_POLICY, Owned.CREDENTIAL)
                                .expires(NOW.plus(Duration.ofHours(3)))
                                .build())
                        .actions())
                .containsExactly(new Action.Start(Step.TRAINING, 1));
    }

    @Test
    void endsAnAttemptThatWasGivenUpBeforeTheNextBegins() {
        assertThat(next(seen(training(2)).owned(Owned.ACTIVE_STEP).build()).actions())
                .containsExactly(new Action.StopSteps());
    }

    @ParameterizedTest
    @EnumSource(FailureReason.class)
    void triesAgainWhatThePlatformFailedAndNothingElse(FailureReason reason) {
        StepState failed = new StepState.Failed(reason, "because", 3, NOW.minusSeconds(60));
        TrainingJobStatus status = next(seen(training(1)).train(failed).build()).status();
        if (reason.passes()) {
            assertThat(status.phase()).isEqualTo(Phase.RUNNING);
            assertThat(status.attempts()).isEqualTo(2);
            TrainingJobStatus last = next(seen(training(4))
                            .train(new StepState.Failed(reason, "because", null, NOW.minusSeconds(600)))
                            .build())
                    .status();
            assertThat(last.phase()).as("retries: 3").isEqualTo(Phase.FAILED);
            assertThat(last.reason()).isEqualTo(reason);
        } else {
            assertThat(status.phase()).isEqualTo(Phase.FAILED);
            assertThat(status.exitCode()).isEqualTo(3);
            assertThat(status.completionTime()).isEqualTo(NOW);
        }
        assertThat(status.reason()).isEqualTo(reason);
    }

    @Test
    void pausesBeforeItTriesAgain() {
        StepState failed = new StepState.Failed(FailureReason.EVICTED, "drained", null, NOW.minusSeconds(4));
        Decision decision = next(seen(training(1)).train(failed).build());
        assertThat(decision.status().attempts()).isEqualTo(1);
        assertThat(decision.again()).isEqualTo(Duration.ofSeconds(6));
        assertThat(decision.logOf()).contains(1);
        assertThat(decision.event())
                .hasValueSatisfying(event -> assertThat(event.reason()).isEqualTo("Evicted"));
    }

    @Test
    void isPatientWithImagesAndNodesForAWhile() {
        StepState soon = new StepState.Waiting(NOW.minusSeconds(290), FailureReason.IMAGE_PULL_FAILED, "absent");
        Decision waits = next(seen(training(1)).train(soon).build());
        assertThat(waits.status().phase()).isEqualTo(Phase.RUNNING);
        assertThat(waits.again()).isEqualTo(Duration.ofSeconds(10));
        StepState late = new StepState.Waiting(NOW.minusSeconds(301), FailureReason.IMAGE_PULL_FAILED, "absent");
        assertThat(next(seen(training(1)).train(late).build()).status().reason())
                .isEqualTo(FailureReason.IMAGE_PULL_FAILED);
        StepState full = new StepState.Waiting(NOW.minusSeconds(301), FailureReason.UNSCHEDULABLE, "no room");
        assertThat(next(seen(training(1)).train(full).build()).status().phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void registersOnceTheProgramEndedAndNeverTrainsAgain() {
        Decision trained =
                next(seen(training(2)).train(new StepState.Succeeded(null)).build());
        assertThat(trained.status().step()).isEqualTo(Step.REGISTERING);
        assertThat(trained.status().exitCode()).isZero();
        assertThat(trained.logOf()).contains(2);
        Decision start = next(seen(registering(1)).train(ABSENT).build());
        assertThat(start.actions()).contains(new Action.Start(Step.REGISTERING, 1));
        StepState lost = new StepState.Failed(FailureReason.NODE_LOST, "gone", null, NOW.minusSeconds(60));
        assertThat(next(seen(registering(1)).register(lost).build()).status().registrations())
                .isEqualTo(2);
        StepState again = new StepState.Failed(FailureReason.PLATFORM_UNAVAILABLE, "away", null, NOW.minusSeconds(600));
        assertThat(next(seen(registering(3)).register(again).build()).status().reason())
                .isEqualTo(FailureReason.PLATFORM_UNAVAILABLE);
        StepState refused = new StepState.Failed(FailureReason.RESULT_REFUSED, "empty", null, NOW);
        assertThat(next(seen(registering(1)).register(refused).build()).status().phase())
                .isEqualTo(Phase.FAILED);
    }

    @Test
    void tellsWhatWasRegistered() {
        StepState done = new StepState.Succeeded("{\"fileName\":\"m.pt\",\"sizeBytes\":7,\"sha256\":\"ab\"}\n");
        TrainingJobStatus status =
                next(seen(registering(1)).register(done).build()).status();
        assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.result()).isEqualTo(new TrainingJobStatus.Result("m.pt", 7, "ab"));
        assertThat(next(seen(registering(1))
                                .register(new StepState.Succeeded("…"))
                                .build())
                        .status()
                        .phase())
                .as("registered, whatever the container told about it")
                .isEqualTo(Phase.SUCCEEDED);
    }

    @Test
    void aCancelledOneEndsWhenNothingOfItRuns() {
        TrainingJob job = job(training(1).status(), true);
        Decision ending = next(seen(job).owned(Owned.ACTIVE_POD).build());
        assertThat(ending.actions()).containsExactly(new Action.StopSteps());
        assertThat(ending.status().phase()).isEqualTo(Phase.RUNNING);
        assertThat(next(seen(job).build()).status().phase()).isEqualTo(Phase.CANCELLED);
    }

    @Test
    void whatEndedIsClearedAwayAndStaysAsItIs() {
        TrainingJob job = job(
                next(seen(registering(1))
                                .register(new StepState.Succeeded(null))
                                .build())
                        .status(),
                false);
        Decision clears = next(seen(job)
                .owned(Owned.VOLUME, Owned.CREDENTIAL, Owned.ACTIVE_POD)
                .build());
        assertThat(clears.actions()).containsExactly(new Action.StopSteps(), new Action.DeleteCredential());
        assertThat(next(seen(job).owned(Owned.VOLUME).build()).actions()).containsExactly(new Action.DeleteVolume());
        Decision last = next(seen(job).build());
        assertThat(last.actions()).containsExactly(new Action.RemoveFinalizer());
        assertThat(last.status()).isEqualTo(job.status());
    }

    @Test
    void aDeletedOneGoesWhenNothingOfItRuns() {
        TrainingJob job = training(1);
        job.getMetadata().setDeletionTimestamp("2026-11-22T11:00:00Z");
        assertThat(next(seen(job).owned(Owned.ACTIVE_STEP).build()).actions()).containsExactly(new Action.StopSteps());
        assertThat(next(seen(job).owned(Owned.VOLUME).build()).actions()).containsExactly(new Action.RemoveFinalizer());
    }

    @Test
    void withoutACredentialNothingIsFetchedButARegistrationMayGoOn() {
        assertThat(DECISIONS
                        .credentialRefused(seen(training(1)).build(), "no such model")
                        .status()
                        .reason())
                .isEqualTo(FailureReason.INPUT_REFUSED);
        assertThat(DECISIONS
                        .credentialRefused(
                                seen(registering(2)).owned(Owned.CREDENTIAL).build(), "it has a result")
                        .actions())
                .containsExactly(new Action.Start(Step.REGISTERING, 2));
        assertThat(DECISIONS
                        .credentialUnavailable(seen(training(1)).build(), "away")
                        .status()
                        .phase())
                .isEqualTo(Phase.RUNNING);
    }

    /** Whatever is seen, a decision is made, and made again from its own status it is the same. */
    @Test
    void decidesTheSameAgainInEveryState() {
        List<StepState> states = List.of(
                ABSENT,
                new StepState.Suspended(),
                new StepState.Waiting(NOW.minusSeconds(5), null, "starts"),
                new StepState.Waiting(NOW.minusSeconds(5), FailureReason.UNSCHEDULABLE, "no room"),
                new StepState.Running("trains"));
        for (TrainingJob job : List.of(training(1), training(3), registering(1), registering(2))) {
            for (StepState train : states) {
                for (StepState register : states) {
                    for (Set<Owned> owned : List.of(Set.<Owned>of(), EnumSet.allOf(Owned.class))) {
                        Observed seen = new Observed(job, new Admission.Admitted(), train, register, owned, null, NOW);
                        Decision first = next(seen);
                        Decision second = next(new Observed(
                                job(first.status(), false), seen.admission(), train, register, owned, null, NOW));
                        assertThat(second.status()).isEqualTo(first.status());
                        assertThat(second.actions()).isEqualTo(first.actions());
                    }
                }
            }
        }
    }

    private static Decision next(Observed seen) {
        return DECISIONS.next(seen);
    }

    private static TrainingJob training(int attempt) {
        return job(status(Step.TRAINING, attempt, 0), false);
    }

    private static TrainingJob registering(int number) {
        return job(status(Step.REGISTERING, 1, number), false);
    }

    private static TrainingJobStatus status(Step step, int attempts, int registrations) {
        return new TrainingJobStatus(
                null,
                Phase.RUNNING,
                step,
                List.of(),
                null,
                null,
                null,
                attempts,
                registrations,
                null,
                NOW.minusSeconds(100),
                null,
                List.of(),
                null);
    }

    private static TrainingJob job(TrainingJobStatus status, boolean cancelled) {
        TrainingJobSpec spec = new TrainingJobSpec(
                "j", "m", "o", "i", List.of(), null, null, null, null, null, null, 3, null, null, null, null, null,
                null, cancelled);
        TrainingJob job = TrainingJob.of("mlaas", "train-1", spec);
        job.getMetadata().setFinalizers(new ArrayList<>(List.of(Names.FINALIZER)));
        job.setStatus(status);
        return job;
    }

    private static Seen seen(TrainingJob job) {
        return new Seen(job);
    }

    private static final class Seen {
        private final TrainingJob job;
        private Admission admission = new Admission.Admitted();
        private StepState train = ABSENT;
        private StepState register = ABSENT;
        private Set<Owned> owned = Set.of();
        private @Nullable Instant expires;

        Seen(TrainingJob job) {
            this.job = job;
        }

        Seen admission(Admission value) {
            admission = value;
            return this;
        }

        Seen train(StepState value) {
            train = value;
            return this;
        }

        Seen register(StepState value) {
            register = value;
            return this;
        }

        Seen owned(Owned... values) {
            owned = Set.of(values);
            return this;
        }

        Seen expires(Instant value) {
            expires = value;
            return this;
        }

        Observed build() {
            return new Observed(job, admission, train, register, owned, expires, NOW);
        }
    }
}
