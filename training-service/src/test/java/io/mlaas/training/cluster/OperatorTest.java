package io.mlaas.training.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.mlaas.training.cluster.fake.Cluster;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobStatus;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import io.mlaas.training.runner.FailureReason;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trainings from their submission to their end, on the fake cluster or, with a kubeconfig, on a real one. */
class OperatorTest {
    private static final String TRAINS = """
            cat "$MLAAS_INPUT_DIR/numbers.csv"; echo; echo "seed $MLAAS_PARAM_SEED"
            printf model > "$MLAAS_OUTPUT_DIR/model.pt"
            """;
    private static final String MODEL_SHA256 = "9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4";

    private static Cluster cluster;
    private static Trainings trainings;
    private static Operator operator;

    @BeforeAll
    static void start() {
        cluster = Cluster.start();
        trainings = new Trainings(cluster);
        operator = trainings.operator();
        operator.open();
    }

    @AfterAll
    static void stop() {
        operator.close();
        cluster.close();
    }

    @Test
    void trainsAndRegisters() {
        TrainingJob job = trainings.submit(TRAINS);
        TrainingJobStatus status = trainings.await(job, Phase.SUCCEEDED).status();
        assertThat(status.result()).isEqualTo(new TrainingJobStatus.Result("model.pt", 5, MODEL_SHA256));
        assertThat(status.logTail()).containsExactly("1,2,3", "seed 7");
        assertThat(status.attempts()).isEqualTo(1);
        assertThat(status.exitCode()).isZero();
        assertThat(status.conditions())
                .filteredOn(c -> "True".equals(c.status()))
                .extracting(TrainingJobStatus.Condition::type)
                .containsExactly("Succeeded");
        // what holds secrets or storage goes at once, the pods stay for their logs
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(trainings
                        .client
                        .secrets()
                        .withName(Names.credential(job.name()))
                        .get())
                .isNull());
        assertThat(trainings.logs.log(job.name(), 1))
                .hasValueSatisfying(log -> assertThat(log).startsWith("1,2,3"));
        assertThat(trainings.client.v1().events().list().getItems())
                .filteredOn(event -> job.name().equals(event.getInvolvedObject().getName()))
                .extracting(event -> event.getReason())
                .contains("Admitted", "AttemptStarted", "Trained", "RegistrationStarted");
    }

    @Test
    void tellsTheExitCodeAndTheLastLinesOfAProgramThatFails() {
        TrainingJobStatus status = failure("echo one; echo 'no such layer' >&2; exit 3", FailureReason.PROGRAM_FAILED);
        assertThat(status.exitCode()).isEqualTo(3);
        assertThat(status.message()).isEqualTo("the program ended with exit code 3");
        assertThat(status.logTail()).containsExactlyInAnyOrder("one", "no such layer");
        assertThat(status.attempts()).isEqualTo(1);
    }

    @Test
    void endsAProgramThatIsOverItsDeadline() {
        TrainingJob job = trainings.submit("echo begun; sleep 600", spec -> spec.deadline(4));
        assertThat(ended(job).reason()).isEqualTo(FailureReason.DEADLINE_EXCEEDED);
    }

    @Test
    void tellsThatMemoryWasTooLittle() {
        assertThat(failure("tail /dev/zero", FailureReason.OUT_OF_MEMORY).message())
                .contains("resources.memory");
    }

    @Test
    void tellsThatAnImageCannotBeHad() {
        String absent = "mlaas.test/absent@sha256:" + "b".repeat(64);
        TrainingJob job = trainings.submit(TRAINS, spec -> spec.image(absent));
        TrainingJobStatus status = ended(job);
        assertThat(status.reason()).isEqualTo(FailureReason.IMAGE_PULL_FAILED);
        assertThat(status.message()).contains(absent);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(trainings.objects.pods(job.name()))
                .isEmpty());
    }

    @Test
    void tellsThatNoNodeHasRoom() {
        TrainingJob job = trainings.submit(TRAINS, spec -> spec.gpus(1));
        TrainingJobStatus status = ended(job);
        assertThat(status.reason()).isEqualTo(FailureReason.UNSCHEDULABLE);
        assertThat(status.message()).contains("nvidia.com/gpu");
    }

    @Test
    void doesNotRunAProgramWhoseInputsAreRefused() {
        TrainingJob job = trainings.submit(TRAINS, spec -> spec.model("65"));
        TrainingJobStatus status = ended(job);
        assertThat(status.reason()).isEqualTo(FailureReason.INPUT_REFUSED);
        assertThat(status.message()).isEqualTo("dataset: not the registered one");
        assertThat(status.attempts()).isEqualTo(1);
    }

    @Test
    void triesAgainWhenThePlatformIsAway() {
        TrainingJob fetches = trainings.submit(TRAINS, spec -> spec.model("75"));
        TrainingJob registers = trainings.submit(TRAINS, spec -> spec.model("76"));
        assertThat(trainings.await(fetches, Phase.SUCCEEDED).status().attempts())
                .isEqualTo(2);
        TrainingJobStatus status = trainings.await(registers, Phase.SUCCEEDED).status();
        assertThat(status.attempts())
                .as("a result that is there is not made again")
                .isEqualTo(1);
        assertThat(status.registrations()).isEqualTo(2);
    }

    @Test
    void failsWhenTheResultIsRefused() {
        TrainingJob job = trainings.submit(TRAINS, spec -> spec.model("66"));
        TrainingJobStatus status = ended(job);
        assertThat(status.reason()).isEqualTo(FailureReason.RESULT_REFUSED);
        assertThat(status.message()).isEqualTo("the model has a result");
        assertThat(status.exitCode()).isZero();
    }

    @Test
    void triesAgainAfterAnEvictionAsOftenAsItMay() {
        TrainingJob job = trainings.submit("echo attempt; sleep 600", spec -> spec.retries(1));
        cluster.evict(trainings.running(job, 1).getMetadata().getName());
        cluster.evict(trainings.running(job, 2).getMetadata().getName());
        TrainingJobStatus status = ended(job);
        assertThat(status.reason()).isEqualTo(FailureReason.EVICTED);
        assertThat(status.attempts()).isEqualTo(2);
    }

    @Test
    void triesAgainOnAnotherNodeWhenANodeIsLost() {
        assumeThat(cluster.canLoseNodes()).isTrue();
        TrainingJob job = trainings.submit(
                "if [ ! -e \"$MLAAS_INPUT_DIR/../second\" ]; then touch \"$MLAAS_INPUT_DIR/../second\"; sleep 600; fi\n"
                        + TRAINS);
        Pod first = trainings.running(job, 1);
        cluster.loseNodeOf(first.getMetadata().getName());
        TrainingJobStatus status = trainings.await(job, Phase.SUCCEEDED).status();
        assertThat(status.attempts()).isEqualTo(2);
        assertThat(status.result()).isNotNull();
    }

    @Test
    void endsWhatIsCancelledAndKeepsItsLastLines() {
        TrainingJob job = trainings.submit("echo begun; sleep 600");
        trainings.running(job, 1);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> trainings.logs.log(job.name(), 1).orElse("").contains("begun"));
        trainings.objects.trainings().withName(job.name()).edit(old -> {
            old.setSpec(old.getSpec().cancel());
            return old;
        });
        assertThat(trainings.await(job, Phase.CANCELLED).status().logTail()).containsExactly("begun");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> trainings.objects.pods(job.name()).isEmpty());
    }

    @Test
    void leavesNothingOfATrainingThatIsDeleted() {
        TrainingJob job = trainings.submit("sleep 600");
        trainings.running(job, 1);
        trainings.objects.trainings().withName(job.name()).delete();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(trainings.now(job)).isNull();
            assertThat(trainings.objects.pods(job.name())).isEmpty();
            assertThat(trainings
                            .client
                            .persistentVolumeClaims()
                            .withName(Names.volume(job.name()))
                            .get())
                    .isNull();
        });
    }

    @Test
    void leavesTheStartToKueue() {
        TrainingJob job = trainings.submit(TRAINS, spec -> spec.queue("gpus"));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(trainings.now(job).status().conditions())
                        .anyMatch(c -> "Queued".equals(c.type()) && "WaitsForKueue".equals(c.reason())));
        var own = trainings.client.batch().v1().jobs().withName(job.name() + "-train-1");
        assertThat(own.get().getMetadata().getLabels()).containsEntry(Names.KUEUE_LABEL, "gpus");
        own.edit(started -> {
            started.getSpec().setSuspend(false);
            return started;
        });
        await().atMost(Duration.ofSeconds(60))
                .until(() -> trainings
                                .client
                                .batch()
                                .v1()
                                .jobs()
                                .withName(job.name() + "-register-1")
                                .get()
                        != null);
    }

    private static TrainingJobStatus failure(String program, FailureReason reason) {
        TrainingJobStatus status = ended(trainings.submit(program));
        assertThat(status.reason()).isEqualTo(reason);
        return status;
    }

    private static TrainingJobStatus ended(TrainingJob job) {
        return trainings.await(job, Phase.FAILED).status();
    }
}
