package io.mlaas.training.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.mlaas.training.cluster.fake.Cluster;
import io.mlaas.training.cluster.model.Admission;
import io.mlaas.training.cluster.model.Names;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobStatus;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.util.Throwables;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * An operator that dies after each single thing that it changes in the cluster, and another one that comes after it: the
 * training ends as it would have ended, its program ran once.
 */
class CrashTest {

    /** What kill -9 is: the change has been made, and whoever made it does nothing more. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void losesNothingWhereverTheOperatorIsKilled() {
        try (Cluster cluster = Cluster.start()) {
            Trainings trainings = new Trainings(cluster);
            AtomicInteger writes = new AtomicInteger();
            TrainingJob job = trainings.submit("echo ran; printf model > \"$MLAAS_OUTPUT_DIR/model.pt\"");
            TrainingJob failing = trainings.submit("echo ran; exit 3");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> {
                        for (TrainingJob each : List.of(job, failing)) {
                            live(trainings, each, writes);
                        }
                        return List.of(job, failing).stream().allMatch(each -> settled(trainings, each));
                    });
            TrainingJobStatus status = trainings.now(job).status();
            assertThat(status.phase()).isEqualTo(Phase.SUCCEEDED);
            assertThat(status.attempts()).isEqualTo(1);
            assertThat(status.registrations()).isEqualTo(1);
            assertThat(status.result()).isNotNull();
            assertThat(trainings.now(failing).status().exitCode()).isEqualTo(3);
            assertThat(writes).as("changes, each the last of a life").hasValueGreaterThan(15);
            for (TrainingJob each : List.of(job, failing)) {
                assertThat(trainings
                                .client
                                .batch()
                                .v1()
                                .jobs()
                                .withLabel(Names.JOB_LABEL, each.name())
                                .withLabel(Names.STEP_LABEL, Names.TRAIN)
                                .list()
                                .getItems())
                        .hasSize(1);
            }
        }
    }

    private static boolean settled(Trainings trainings, TrainingJob job) {
        TrainingJob now = trainings.now(job);
        return now.status().ended() && now.getMetadata().getFinalizers().isEmpty();
    }

    /** A life that ends at its first change. */
    private static void live(Trainings trainings, TrainingJob job, AtomicInteger writes) {
        AtomicInteger changes = new AtomicInteger();
        try (KubernetesClient client = trainings.cluster.client(builder ->
                builder.withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("kill", new Interceptor() {
                    @Override
                    public void before(BasicBuilder request, HttpRequest http, RequestTags tags) {
                        if (!"GET".equals(http.method()) && changes.incrementAndGet() > 1) {
                            throw new Killed();
                        }
                    }
                })))) {
            trainings.reconciler(client, new Admission.Quota(10, 0)).reconcile(job.name());
        } catch (RuntimeException e) {
            assertThat(e instanceof Killed ? e : Throwables.getRootCause(e)).isInstanceOf(Killed.class);
        }
        writes.addAndGet(Math.min(1, changes.get()));
    }
}
