package io.mlaas.training.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.mlaas.training.cluster.fake.FakeArgo;
import io.mlaas.training.cluster.fake.FakeCluster;
import io.mlaas.training.cluster.model.ArgoWorkflows;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobSpec.Runtime;
import io.mlaas.training.cluster.model.TrainingJobStatus;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import io.mlaas.training.runner.FailureReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trainings as Workflows, with a fake of Argo's controller. */
class ArgoTest {
    private static final String TRAINS = "echo trained; printf model > \"$MLAAS_OUTPUT_DIR/model.pt\"";

    private static FakeCluster cluster;
    private static Trainings trainings;
    private static Operator operator;

    @BeforeAll
    static void start() {
        cluster = new FakeCluster();
        FakeArgo.install(cluster);
        trainings = new Trainings(cluster, Runtime.ARGO);
        operator = trainings.operator();
        operator.open();
    }

    @AfterAll
    static void stop() {
        operator.close();
        cluster.close();
    }

    @Test
    void trainsAndRegistersInOneWorkflow() {
        TrainingJob job = trainings.submit(TRAINS);
        TrainingJobStatus status = trainings.await(job, Phase.SUCCEEDED).status();
        assertThat(status.exitCode()).isZero();
        assertThat(status.logTail()).containsExactly("trained");
        assertThat(status.result())
                .extracting(TrainingJobStatus.Result::fileName)
                .isEqualTo("model.pt");
        assertThat(workflows(job)).containsExactly(job.name() + "-train-1");
        assertThat(trainings.objects.pods(job.name()))
                .extracting(pod -> pod.getMetadata().getLabels().get(Names.STEP_LABEL))
                .containsExactlyInAnyOrder(Names.FETCH, Names.TRAIN, Names.REGISTER);
    }

    @Test
    void registersAgainWithoutTrainingAgain() {
        TrainingJob job = trainings.submit(TRAINS, spec -> spec.model("76"));
        TrainingJobStatus status = trainings.await(job, Phase.SUCCEEDED).status();
        assertThat(status.attempts()).isEqualTo(1);
        assertThat(status.registrations()).isEqualTo(2);
        assertThat(workflows(job)).containsExactlyInAnyOrder(job.name() + "-train-1", job.name() + "-register-2");
    }

    @Test
    void tellsWhoseFailureItWas() {
        TrainingJob program = trainings.submit("echo 'no such layer'; exit 3");
        TrainingJob inputs = trainings.submit(TRAINS, spec -> spec.model("65"));
        TrainingJob result = trainings.submit(TRAINS, spec -> spec.model("66"));
        TrainingJob memory = trainings.submit("tail /dev/zero");
        TrainingJob deadline = trainings.submit("sleep 600", spec -> spec.deadline(4));
        TrainingJob image = trainings.submit(TRAINS, spec -> spec.image("mlaas.test/absent@sha256:" + "b".repeat(64)));
        TrainingJobStatus failed = ended(program, FailureReason.PROGRAM_FAILED);
        assertThat(failed.exitCode()).isEqualTo(3);
        assertThat(failed.logTail()).containsExactly("no such layer");
        assertThat(ended(inputs, FailureReason.INPUT_REFUSED).message()).isEqualTo("dataset: not the registered one");
        assertThat(ended(result, FailureReason.RESULT_REFUSED).exitCode()).isZero();
        ended(memory, FailureReason.OUT_OF_MEMORY);
        ended(deadline, FailureReason.DEADLINE_EXCEEDED);
        ended(image, FailureReason.IMAGE_PULL_FAILED);
    }

    @Test
    void triesAgainWhenThePlatformFails() {
        TrainingJob evicted = trainings.submit("sleep 600", spec -> spec.retries(1));
        cluster.evict(train(evicted, 1));
        cluster.loseNodeOf(train(evicted, 2));
        TrainingJobStatus status = ended(evicted, FailureReason.NODE_LOST);
        assertThat(status.attempts()).isEqualTo(2);
        TrainingJob fetches = trainings.submit(TRAINS, spec -> spec.model("75"));
        assertThat(trainings.await(fetches, Phase.SUCCEEDED).status().attempts())
                .isEqualTo(2);
    }

    @Test
    void endsWhatIsCancelled() {
        TrainingJob job = trainings.submit("echo begun; sleep 600");
        train(job, 1);
        trainings.objects.trainings().withName(job.name()).edit(old -> {
            old.setSpec(old.getSpec().cancel());
            return old;
        });
        trainings.await(job, Phase.CANCELLED);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> trainings.objects.pods(job.name()).isEmpty());
        assertThat(workflows(job)).isEmpty();
    }

    @Test
    void failsWhereArgoIsNotInstalled() {
        try (FakeCluster without = new FakeCluster()) {
            Trainings others = new Trainings(without, Runtime.ARGO);
            try (Operator other = others.operator()) {
                other.open();
                TrainingJobStatus status =
                        others.await(others.submit(TRAINS), Phase.FAILED).status();
                assertThat(status.reason()).isEqualTo(FailureReason.INVALID_SPEC);
                assertThat(status.message()).startsWith("spec.runtime: argo is not installed here");
            }
        }
    }

    private static String train(TrainingJob job, int attempt) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> trainings.objects.pods(job.name()).stream()
                                .filter(pod -> pod.getStatus() != null
                                        && "Running".equals(pod.getStatus().getPhase())
                                        && pod.getMetadata().getName().contains("-train-" + attempt + "-train-"))
                                .map(pod -> pod.getMetadata().getName())
                                .toList(),
                        names -> names.size() == 1)
                .getFirst();
    }

    private static TrainingJobStatus ended(TrainingJob job, FailureReason reason) {
        TrainingJobStatus status = trainings.await(job, Phase.FAILED).status();
        assertThat(status.reason()).isEqualTo(reason);
        return status;
    }

    private static List<String> workflows(TrainingJob job) {
        return trainings
                .client
                .genericKubernetesResources(ArgoWorkflows.KIND)
                .inNamespace(cluster.namespace())
                .withLabel(Names.JOB_LABEL, job.name())
                .list()
                .getItems()
                .stream()
                .map(GenericKubernetesResource::getMetadata)
                .map(metadata -> metadata.getName())
                .toList();
    }
}
