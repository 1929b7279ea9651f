package io.mlaas.training.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.mlaas.training.cluster.fake.FakeCluster;
import io.mlaas.training.cluster.fake.FakeTrainer;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.TrainJobs;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobSpec;
import io.mlaas.training.cluster.model.TrainingJobStatus;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import io.mlaas.training.runner.FailureReason;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trainings with several workers, with a fake of Kubeflow Trainer's controller. */
class KubeflowTest {
    private static final String TRAINS = """
            cat "$MLAAS_INPUT_DIR/numbers.csv" >/dev/null || exit 4
            echo "worker $PET_NODE_RANK of $PET_NNODES at $PET_MASTER_ADDR:$PET_MASTER_PORT"
            [ "$PET_NODE_RANK" = 0 ] && printf model > "$MLAAS_OUTPUT_DIR/model.pt"
            exit 0
            """;

    private static FakeCluster cluster;
    private static Trainings trainings;
    private static Operator operator;

    @BeforeAll
    static void start() {
        cluster = new FakeCluster();
        trainings = new Trainings(cluster);
        FakeTrainer.install(cluster, trainings.client);
        operator = trainings.operator();
        operator.open();
    }

    @AfterAll
    static void stop() {
        operator.close();
        cluster.close();
    }

    @Test
    void workersTrainTogetherAndTheResultOfTheFirstIsRegistered() {
        TrainingJob job = submit(TRAINS, 3);
        TrainingJobStatus status = ended(job);
        assertThat(status.phase()).as(status.message()).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.result()).isNotNull();
        assertThat(status.result().fileName()).isEqualTo("model.pt");
        String name = TrainJobs.name(job.name(), 1);
        assertThat(status.logTail()).containsExactly("worker 0 of 3 at " + name + "-node-0-0." + name + ":29500");
        assertThat(status.attempts()).isEqualTo(1);
    }

    @Test
    void aLostWorkerIsFollowedByAnotherAttemptFromTheCheckpoint() {
        TrainingJob job = submit("""
                cd "$MLAAS_CHECKPOINT_DIR"
                if [ "$PET_NODE_RANK" = 1 ]; then
                  [ -e again ] && exit 0
                  while [ ! -e epoch ]; do sleep 0.1; done; touch again; exit 75
                fi
                if [ ! -e epoch ]; then echo 7 > new; mv new epoch; sleep 600; fi
                echo "goes on from $(cat epoch)"; printf model > "$MLAAS_OUTPUT_DIR/model.pt"
                """, 2);
        TrainingJobStatus status = ended(job);
        assertThat(status.phase()).as(status.message()).isEqualTo(Phase.SUCCEEDED);
        assertThat(status.attempts()).isEqualTo(2);
        assertThat(status.logTail()).containsExactly("goes on from 7");
    }

    @Test
    void tellsWhichWorkerFailed() {
        TrainingJobStatus status = ended(submit("[ \"$PET_NODE_RANK\" = 1 ] && exit 3; sleep 600", 2));
        assertThat(status.reason()).isEqualTo(FailureReason.PROGRAM_FAILED);
        assertThat(status.exitCode()).isEqualTo(3);
        assertThat(status.message()).isEqualTo("worker 1: the program ended with exit code 3");
    }

    @Test
    void cancellingEndsAllWorkers() {
        TrainingJob job = submit("echo begun; sleep 600", 2);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(trainings.objects.pods(job.name()))
                .filteredOn(
                        pod -> Names.TRAIN.equals(pod.getMetadata().getLabels().get(Names.STEP_LABEL)))
                .filteredOn(pod -> "Running".equals(pod.getStatus().getPhase()))
                .hasSize(2));
        trainings.objects.trainings().withName(job.name()).edit(old -> {
            old.setSpec(old.getSpec().cancel());
            return old;
        });
        trainings.await(job, Phase.CANCELLED);
        assertThat(trainings.objects.pods(job.name()))
                .filteredOn(KubeflowTest::active)
                .isEmpty();
    }

    @Test
    void saysThatKubeflowTrainerIsNotInstalled() {
        try (FakeCluster bare = new FakeCluster()) {
            Trainings there = new Trainings(bare);
            try (Operator other = there.operator()) {
                other.open();
                TrainingJob job = submit(there, TRAINS, 2);
                TrainingJobStatus status = there.await(job, Phase.FAILED).status();
                assertThat(status.reason()).isEqualTo(FailureReason.INVALID_SPEC);
                assertThat(status.message()).startsWith("Kubeflow Trainer is not installed here");
            }
        }
    }

    private static boolean active(Pod pod) {
        return ClusterObjects.active(pod);
    }

    private static TrainingJob submit(String program, int workers) {
        return submit(trainings, program, workers);
    }

    private static TrainingJob submit(Trainings where, String program, int workers) {
        TrainingJobSpec plain = new Trainings.SpecBuilder(cluster.image(), program).build(TrainingJobSpec.Runtime.JOB);
        ObjectNode spec = Serialization.jsonMapper().valueToTree(plain);
        spec.put("runtime", "kubeflow").put("workers", workers);
        return where.objects
                .trainings()
                .resource(TrainingJob.of(
                        cluster.namespace(),
                        "train-" + plain.jobId(),
                        Serialization.jsonMapper().convertValue(spec, TrainingJobSpec.class)))
                .create();
    }

    private static TrainingJobStatus ended(TrainingJob job) {
        return await().atMost(Duration.ofSeconds(90))
                .until(
                        () -> trainings.now(job).status(),
                        status -> status.phase() == Phase.SUCCEEDED || status.phase() == Phase.FAILED);
    }
}
