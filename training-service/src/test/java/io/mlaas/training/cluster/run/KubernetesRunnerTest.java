package io.mlaas.training.cluster.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.mlaas.training.cluster.RunningOperator;
import io.mlaas.training.cluster.fake.FakeCluster;
import io.mlaas.training.cluster.model.TrainingJob;
import io.mlaas.training.registry.FakeRegistry;
import io.mlaas.training.runner.FailureReason;
import io.mlaas.training.runner.JobRunnerContract;
import io.mlaas.training.runner.RegistrationState;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.RunState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract on the fake cluster, with the operator and the real agent. */
class KubernetesRunnerTest extends JobRunnerContract {
    private static final String MEASURES =
            "printf weights > \"$MLAAS_OUTPUT_DIR/model.pt\"; echo '{\"loss\":0.5}' > \"$MLAAS_OUTPUT_DIR/metrics.json\"";
    private static final String TALKS = "for i in 1 2 3 4 5 6 7 8 9; do echo line $i; sleep 0.2; done; exit 1";
    private static final String UNKNOWN = "unknown";

    protected static FakeCluster cluster;
    private static FakeRegistry registry;
    private static RunningOperator operator;
    protected static KubernetesClient client;

    @BeforeAll
    static void begin() throws IOException {
        cluster = new FakeCluster();
        registry = new FakeRegistry();
        operator = new RunningOperator(cluster, registry);
        client = cluster.client();
    }

    @AfterAll
    static void closeAll() {
        operator.close();
        client.close();
        cluster.close();
        registry.close();
    }

    @Override
    protected KubernetesRunner runner() {
        List<ImageProperties.Alias> aliases = new ArrayList<>();
        for (String program :
                List.of(SUCCEEDS, FAILS, TELLS_ITS_ENVIRONMENT, WAITS, WAITS_FOR_A_FILE, MEASURES, TALKS)) {
            aliases.add(new ImageProperties.Alias(
                    imageOf(program), cluster.image(), Map.of(FakeCluster.PROGRAM, program, "image.variable", "1")));
        }
        aliases.add(new ImageProperties.Alias(
                imageOf(UNKNOWN), "registry.example.com/gone@sha256:" + "f".repeat(64), Map.of()));
        return new KubernetesRunner(
                client, cluster.namespace(), new ImageProperties(List.of(), aliases), Duration.ofMillis(50));
    }

    @Override
    protected String imageOf(String program) {
        return "test/" + Integer.toHexString(program.hashCode());
    }

    @Override
    protected void provide(Run run) {
        registry.add(run.order(), DATASET, "{}");
    }

    @Override
    protected Optional<String> output(String name) {
        TrainingJob job = find();
        if (job != null && States.of(job.status()).equals(new RunState.Exited(0))) {
            awaitRegistration();
        }
        return registry.result(run().modelId())
                .filter(stored -> stored.disposition().contains(name))
                .map(stored -> new String(stored.content(), StandardCharsets.UTF_8));
    }

    @Override
    protected void put(String name) {
        cluster.touch(Specs.name(run()), "output-1/" + name);
    }

    @Override
    protected Set<String> variablesOfThePlace() {
        return Set.of(FakeCluster.PROGRAM);
    }

    @Override
    protected Duration patience() {
        return Duration.ofSeconds(90);
    }

    @Test
    void registersOnceAndTellsWhat() throws IOException {
        start(MEASURES);
        assertThat(end()).isEqualTo(new RunState.Exited(0));
        assertThat(awaitRegistration())
                .isEqualTo(new RegistrationState.Registered(
                        "model.pt",
                        7,
                        FakeRegistry.sha256("weights".getBytes(StandardCharsets.UTF_8)),
                        "{\"loss\":0.5}"));
        assertThat(registry.requests())
                .filteredOn(("PUT /model/" + run().modelId())::equals)
                .hasSize(1);
    }

    @Test
    void writesEachLineOnceThoughTheServiceDiesWhileItCopies() throws IOException {
        start(TALKS);
        awaitLine("line 2\n");
        // a life that died after it wrote lines and before it noted that
        Files.writeString(run().workspace().log(), "line 3\nli", StandardOpenOption.APPEND);
        useAnother();
        assertThat(end()).isEqualTo(new RunState.Exited(1));
        assertThat(log().lines().filter(line -> line.startsWith("li")))
                .containsExactly(
                        "line 1", "line 2", "line 3", "line 4", "line 5", "line 6", "line 7", "line 8", "line 9");
    }

    @Test
    void saysThatAnImageCannotBePulled() throws IOException {
        start(UNKNOWN);
        assertThat(end()).isInstanceOfSatisfying(RunState.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.IMAGE_PULL_FAILED);
            assertThat(failed.message()).contains("registry.example.com/gone");
        });
    }

    @Test
    void noticesATrainingThatSomebodyTookAway() throws IOException {
        start(WAITS);
        awaitLine("started");
        ((KubernetesRunner) current()).remove(run().jobId());
        assertThat(end()).isEqualTo(new RunState.Vanished());
        assertThat(((KubernetesRunner) current()).jobs()).doesNotContain(run().jobId());
    }

    private RegistrationState awaitRegistration() {
        return await().atMost(patience())
                .until(
                        () -> ((KubernetesRunner) current()).registration(run()),
                        state -> !(state instanceof RegistrationState.UnderWay));
    }

    private TrainingJob find() {
        return client.resources(TrainingJob.class)
                .inNamespace(cluster.namespace())
                .withName(Specs.name(run()))
                .get();
    }
}
