package io.mlaas.training.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mlaas.training.cluster.fake.Cluster;
import io.mlaas.training.cluster.model.Admission;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The queue, the election and the lock of a status: all that several trainings, or several operators, share. */
class QueueTest {

    @Test
    void aCompanysQuotaHoldsAndPriorityGoesFirst() {
        try (Cluster cluster = Cluster.start()) {
            Trainings trainings = new Trainings(cluster);
            Reconciler reconciler = trainings.reconciler(trainings.client, new Admission.Quota(1, 2));
            TrainingJob first = trainings.submit("sleep 600");
            drive(reconciler, first);
            TrainingJob second = trainings.submit("sleep 600");
            TrainingJob urgent = trainings.submit("sleep 600", spec -> spec.priority(5));
            TrainingJob others = trainings.submit("sleep 600", spec -> spec.of("00000000-0000-4000-8000-0000000000b2"));
            TrainingJob greedy = trainings.submit("sleep 600", spec -> spec.gpus(3));
            for (TrainingJob each : new TrainingJob[] {second, urgent, others, greedy}) {
                drive(reconciler, each);
            }
            assertThat(trainings.now(first).status().phase()).isEqualTo(Phase.RUNNING);
            assertThat(trainings.now(others).status().phase()).isEqualTo(Phase.RUNNING);
            assertThat(trainings.now(urgent).status().queuePosition()).isEqualTo(1);
            assertThat(trainings.now(second).status().queuePosition()).isEqualTo(2);
            assertThat(trainings.now(second).status().message()).contains("1 of 1 trainings run");
            assertThat(trainings.now(greedy).status().message())
                    .isEqualTo("resources.gpus: 3 (expected: at most 2, the company's quota)");
            assertThat(trainings
                            .meters
                            .get("mlaas.training.operator.queued")
                            .gauge()
                            .value())
                    .isEqualTo(2);
            trainings.objects.trainings().withName(first.name()).delete();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                reconciler.reconcile(first.name());
                return trainings.now(first) == null;
            });
            drive(reconciler, second);
            drive(reconciler, urgent);
            assertThat(trainings.now(urgent).status().phase()).isEqualTo(Phase.RUNNING);
            assertThat(trainings.now(second).status().phase()).isEqualTo(Phase.QUEUED);
        }
    }

    /** As often as it takes to leave the queue, or to know its place there. */
    private static void drive(Reconciler reconciler, TrainingJob job) {
        for (int i = 0; i < 3; i++) {
            reconciler.reconcile(job.name());
        }
    }

    @Test
    void aStatusThatSomebodyElseWroteIsNotOverwritten() {
        try (Cluster cluster = Cluster.start()) {
            assumeThat(cluster.real()).as("the mock locks no status").isTrue();
            Trainings trainings = new Trainings(cluster);
            TrainingJob job = trainings.submit("sleep 600");
            TrainingJob stale = trainings.now(job);
            drive(trainings.reconciler(trainings.client, new Admission.Quota(1, 0)), job);
            stale.setStatus(stale.status().withLogTail(List.of("late")));
            Assertions.assertThatThrownBy(() -> trainings.objects.writeStatus(stale))
                    .isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                            .isEqualTo(409));
        }
    }

    @Test
    void oneInstanceActsAndAnotherTakesOver() {
        try (Cluster cluster = Cluster.start()) {
            Trainings trainings = new Trainings(cluster);
            var terms = new CopyOnWriteArrayList<String>();
            Office first = office(trainings, "first", terms);
            first.start();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> terms.contains("first"));
            Office second = office(trainings, "second", terms);
            second.start();
            assertThat(trainings
                            .client
                            .leases()
                            .withName("operator")
                            .get()
                            .getSpec()
                            .getHolderIdentity())
                    .isEqualTo("first");
            assertThat(terms).containsExactly("first");
            first.stop();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> terms.contains("second"));
            TrainingJob job = trainings.submit("exit 4");
            assertThat(trainings.await(job, Phase.FAILED).status().exitCode()).isEqualTo(4);
            second.stop();
        }
    }

    private static Office office(Trainings trainings, String identity, CopyOnWriteArrayList<String> terms) {
        return new Office(
                trainings.cluster.client(),
                trainings.cluster.namespace(),
                identity,
                new KubernetesProperties.Lease(
                        "operator", Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(500)),
                () -> {
                    terms.add(identity);
                    return trainings.operator();
                },
                new OperatorMeters(trainings.meters));
    }
}
