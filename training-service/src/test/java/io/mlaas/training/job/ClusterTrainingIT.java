package io.mlaas.training.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.api.sharing.ReproductionVerdict;
import io.mlaas.api.sharing.ReproductionVerdict.Outcome;
import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.api.sharing.TrainingResources;
import io.mlaas.testkit.TestIdentity;
import io.mlaas.training.agent.Agent;
import io.mlaas.training.cluster.fake.FakeCluster;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.cluster.model.TrainingJobStatus.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** From the registry's event to the registered result, through the operator and the real agent on the fake cluster. */
@DirtiesContext
class ClusterTrainingIT extends TrainingServiceTest {
    private static final FakeCluster CLUSTER = new FakeCluster();
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<String> PROGRAMS = List.of("""
            echo '##mlaas {"epoch":1,"epochs":1,"loss":0.4}'
            cat "$MLAAS_INPUT_DIR"/dataset/* "$MLAAS_INPUT_DIR/dataset.json" "$MLAAS_INPUT_DIR"/model/* > "$MLAAS_OUTPUT_DIR/model.pt"
            echo '{"accuracy":0.97}' > "$MLAAS_OUTPUT_DIR/metrics.json"
            echo "seed $MLAAS_PARAM_SEED"
            """, """
            echo waiting
            while [ ! -e "$MLAAS_OUTPUT_DIR/go" ]; do sleep 0.1; done
            rm "$MLAAS_OUTPUT_DIR/go"
            echo going on
            printf model > "$MLAAS_OUTPUT_DIR/model.pt"
            """, """
            head -c 16 /dev/urandom > "$MLAAS_OUTPUT_DIR/model.pt"
            echo '{"accuracy":0.5}' > "$MLAAS_OUTPUT_DIR/metrics.json"
            """);

    @DynamicPropertySource
    static void cluster(DynamicPropertyRegistry registry) throws IOException {
        Path kubeconfig = Files.createTempFile("kubeconfig", ".yaml");
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: fake, cluster: {server: "%s"}}]
                contexts: [{name: fake, context: {cluster: fake, user: fake, namespace: %s}}]
                users: [{name: fake, user: {}}]
                current-context: fake
                """.formatted(CLUSTER.client().getMasterUrl(), CLUSTER.namespace()));
        String kubernetes = "mlaas.training.kubernetes.";
        registry.add(kubernetes + "enabled", () -> "true");
        registry.add(kubernetes + "kubeconfig", kubeconfig::toString);
        registry.add(kubernetes + "agent-image", CLUSTER::shellImage);
        List<String> agent = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Agent.class.getName());
        for (int i = 0; i < agent.size(); i++) {
            String word = agent.get(i);
            registry.add(kubernetes + "agent-command[" + i + "]", () -> word);
        }
        registry.add(kubernetes + "registry-url", REGISTRY::url);
        registry.add(kubernetes + "image-pull-grace", () -> "2s");
        registry.add(kubernetes + "resync", () -> "1s");
        for (int i = 0; i < PROGRAMS.size(); i++) {
            String program = PROGRAMS.get(i);
            String alias = kubernetes + "images.aliases[" + i + "].";
            String reference = "cluster/program:" + i;
            registry.add(alias + "reference", () -> reference);
            registry.add(alias + "image", CLUSTER::image);
            registry.add(
                    alias + "environment."
                            + FakeCluster.PROGRAM
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .replace('_', '-'),
                    () -> program);
        }
        registry.add(kubernetes + "images.allowed[0]", () -> "registry.example.com/acme");
    }

    @AfterAll
    static void close() {
        CLUSTER.close();
    }

    @Test
    void trainsInTheClusterWhatTheRegistryAsksFor() {
        UUID model = train(
                "cluster/program:0",
                new TrainingResources("250m", "128Mi", null, null, null, 600L, 1, "1Gi", null, null, 7, null));
        await(model, JobState.SUCCEEDED);

        assertThat(REGISTRY.result(model)).hasValueSatisfying(stored -> {
            assertThat(stored.content())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(DATASET + "{\"samples_dimension\":\"(2)\"}{}");
            assertThat(stored.jobId()).isEqualTo(jobOf(model));
        });
        assertThat(puts(model)).hasSize(1);
        assertThat(events(model)).containsExactly("queued", "started", "succeeded");
        acme().get()
                .uri("/train/" + model)
                .exchange()
                .expectBody()
                .jsonPath("$.progress.loss")
                .isEqualTo(0.4)
                .jsonPath("$.metrics.accuracy")
                .isEqualTo(0.97)
                .jsonPath("$.exit_code")
                .isEqualTo(0)
                .jsonPath("$.result.sha256")
                .isEqualTo(REGISTRY.result(model).orElseThrow().sha256());
        TrainingJob job = trainingJob(model);
        assertThat(job.getSpec().resources().memory()).isEqualTo("128Mi");
        assertThat(job.getSpec().priority()).isEqualTo(7);
        assertThat(job.getSpec().deadlineSeconds()).isEqualTo(600);

        CLUSTER.client().pods().delete();
        acme().get()
                .uri("/train/" + model + "/logs")
                .exchange()
                .expectBody(String.class)
                .value(log -> assertThat(log)
                        .contains("[mlaas] dataset numbers.csv: sha256 ")
                        .containsOnlyOnce("seed 42\n")
                        .contains("[mlaas] registered model.pt"));
    }

    @Test
    void findsARunAgainAfterTheServiceDied() {
        UUID model = train("cluster/program:1", null);
        awaitLog(model, "waiting");
        dispatcher.stop();
        CLUSTER.touch("tj-" + jobOf(model) + "-1", "output-1/go");
        // it is registered though nobody here looks
        Awaitility.await().atMost(PATIENCE).until(() -> REGISTRY.result(model).isPresent());
        assertThat(states(model)).containsExactly("TRAINING");
        dispatcher.start();
        await(model, JobState.SUCCEEDED);
        assertThat(puts(model)).hasSize(1);
        awaitLog(model, "going on");
    }

    @Test
    void endsARunThatIsCancelled() {
        UUID model = train("cluster/program:1", null);
        awaitLog(model, "waiting");
        acme().delete().uri("/train/" + model).exchange().expectStatus().isAccepted();
        await(model, JobState.CANCELLED);
        assertThat(trainingJob(model).status().phase()).isEqualTo(Phase.CANCELLED);
        assertThat(REGISTRY.result(model)).isEmpty();
    }

    @Test
    void trainsAgainInTheClusterAndComparesWhatItTells() {
        UUID model = train("cluster/program:0", null);
        await(model, JobState.SUCCEEDED);
        String registered = REGISTRY.result(model).orElseThrow().sha256();
        ReproductionVerdict verdict = reproduce(model, "{}");

        assertThat(verdict.outcome()).isEqualTo(Outcome.REPRODUCED);
        assertThat(verdict.runs()).singleElement().satisfies(run -> {
            assertThat(run.equal()).isTrue();
            assertThat(run.sha256()).isEqualTo(registered);
        });
        assertThat(verdict.runner()).isEqualTo("kubernetes");
        assertThat(verdict.limits())
                .containsExactly("what the program read beside its inputs was not watched: it ran in a cluster");
        assertThat(trainingJob(model).getSpec().compareOnly()).isTrue();
        assertThat(trainingJob(model).status().message()).startsWith("told, and not registered: model.pt, sha256 ");
        // the training itself is as it was
        assertThat(puts(model)).hasSize(1);
        assertThat(events(model)).containsExactly("queued", "started", "succeeded");
    }

    @Test
    void saysThatAProgramMakesSomethingElseAgainAndWhatWasNotLookedAt() {
        UUID model = train("cluster/program:2", null);
        await(model, JobState.SUCCEEDED);
        ReproductionVerdict verdict = reproduce(model, "{\"tolerance\":{\"metrics\":{\"accuracy\":0},\"tensors\":1}}");

        assertThat(verdict.outcome()).isEqualTo(Outcome.NOT_REPRODUCED);
        assertThat(verdict.difference()).isNull();
        assertThat(verdict.causes()).isEmpty();
        assertThat(verdict.metrics()).singleElement().satisfies(metric -> {
            assertThat(metric.reproduced()).isEqualTo(0.5);
            assertThat(metric.within()).isTrue();
        });
        assertThat(verdict.limits())
                .containsExactlyInAnyOrder(
                        "what the program read beside its inputs was not watched: it ran in a cluster",
                        "tensors were not compared: the result stayed in the cluster, which tells its size and digest"
                                + " alone",
                        "causes were not looked for: the runner kubernetes runs programs in a cluster, where what they"
                                + " depend on cannot be pinned");
        assertThat(puts(model)).hasSize(1);
    }

    @Test
    void saysInAWordWhyARunFailed() {
        UUID model = train("registry.example.com/acme/gone@sha256:" + "f".repeat(64), null);
        await(model, JobState.FAILED);
        acme().get()
                .uri("/train/" + model)
                .exchange()
                .expectBody()
                .jsonPath("$.failure")
                .isEqualTo("ImagePullFailed")
                .jsonPath("$.attempts")
                .isEqualTo(1);
    }

    private UUID train(String image, TrainingResources resources) {
        TrainingRequested order = model(image, TestIdentity.ACME);
        TrainingRequested wanted = new TrainingRequested(
                order.modelId(),
                order.organizationId(),
                order.developerId(),
                order.datasetId(),
                image,
                order.trainImageSha256(),
                Map.of("seed", "42"),
                order.datasetSha256(),
                order.datasetFileName(),
                order.datasetMetadata(),
                order.definitionFile(),
                order.definitionSha256(),
                resources);
        REGISTRY.add(wanted, DATASET, "{}");
        return request(wanted);
    }

    private ReproductionVerdict reproduce(UUID model, String request) {
        REGISTRY.status(model, "TRAINED");
        acme().post()
                .uri("/model/" + model + "/reproduce")
                .contentType(MediaType.APPLICATION_JSON)
                .body(request)
                .exchange()
                .expectStatus()
                .isAccepted();
        Awaitility.await("the verdict").atMost(PATIENCE).until(() -> !REGISTRY.verdicts(model)
                .isEmpty());
        return REGISTRY.verdicts(model).getFirst();
    }

    private void await(UUID model, JobState state) {
        Awaitility.await(model + " " + state).atMost(PATIENCE).until(() -> states(model)
                .equals(List.of(state.name())));
    }

    private void awaitLog(UUID model, String line) {
        Awaitility.await(line)
                .atMost(PATIENCE)
                .until(() -> states(model).size() == 1
                        && Files.exists(WORK.resolve(jobOf(model) + "/logs/job.log"))
                        && Files.readString(WORK.resolve(jobOf(model) + "/logs/job.log"))
                                .contains(line));
    }

    private static List<String> puts(UUID model) {
        return REGISTRY.requests().stream()
                .filter(("PUT /model/" + model)::equals)
                .toList();
    }

    private TrainingJob trainingJob(UUID model) {
        return CLUSTER.client()
                .resources(TrainingJob.class)
                .inNamespace(CLUSTER.namespace())
                .withName("tj-" + jobOf(model) + "-1")
                .get();
    }
}
