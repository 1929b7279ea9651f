package io.mlaas.training.runner.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.RunState;
import io.mlaas.training.runner.container.ContainerProperties.Image;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A small federation in the images that {@code deploy/docker/build.sh federated flare flower} makes, in a daemon that has them:
 * {@code -Dmlaas.test.images=federated=sha256:…,flower=sha256:… -Dmlaas.test.containers=unix:///run/podman/podman.sock}.
 */
class FederatedImagesTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path DIGITS =
            Path.of(System.getProperty("mlaas.home", "..")).resolve("demo/digits/digits.csv");
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String PLAN = """
            {"name": "digits", "engine": "%s",
             "topology": {"mode": "simulation", "clients": 4, "clients_per_round": 4, "rounds": 3,
                          "partition": {"kind": "dirichlet", "alpha": 5.0}},
             "training": {"local_epochs": 3, "batch": 16, "learning_rate": 0.1, "optimizer": "sgd"},
             "aggregation": {"strategy": "fedavg", "byzantine": 0}, "privacy": {"mechanism": "none"},
             "model": {"net_name": "digits-mlp"}, "data": {"test": 0.2}, "seed": 7}
            """;

    @TempDir
    Path folder;

    static Stream<String> images() {
        String told = System.getProperty("mlaas.test.images", "");
        return told.isEmpty() ? Stream.of("none=none") : Stream.of(told.split(",", -1));
    }

    @ParameterizedTest
    @MethodSource("images")
    void trainsAFederationAndTheSameOneAgain(String image) throws IOException {
        String[] parts = image.split("=", 2);
        assumeTrue(!parts[0].equals("none"), "no images to run: mlaas.test.images and mlaas.test.containers name them");
        try (ContainerRunner runner = runner(parts[0], parts[1])) {
            Run first = train(runner, parts[0]);
            Run second = train(runner, parts[0]);

            JsonNode metrics =
                    JSON.readTree(Files.readString(first.workspace().output().resolve("metrics.json")));
            // the frameworks' programs call it test
            double accuracy = metrics.at("/held_out/accuracy")
                    .asDouble(metrics.at("/test/accuracy").asDouble(0));
            System.out.printf("%s: accuracy %.3f after 3 rounds%n", parts[0], accuracy);
            assertThat(metrics.at("/federated/rounds").asInt()).isEqualTo(3);
            // a tenth by guessing
            assertThat(accuracy).isGreaterThan(0.6);
            assertThat(second.workspace().output().resolve("model.pt"))
                    .as("what a reproduction in a container compares")
                    .hasSameBinaryContentAs(first.workspace().output().resolve("model.pt"));
        }
    }

    private static ContainerRunner runner(String name, String id) {
        return new ContainerRunner(new ContainerProperties(
                true,
                URI.create(System.getProperty("mlaas.test.containers", "unix:///run/podman/podman.sock")),
                List.of(new Image("mlaas/" + name + ":1", id, List.of(), Map.of(), 0, List.of())),
                List.of(),
                false,
                Duration.ofMinutes(1),
                null,
                null,
                null,
                DataSize.ofGigabytes(4),
                BigDecimal.TWO,
                512,
                DataSize.ofGigabytes(1),
                DataSize.ofMegabytes(64),
                DataSize.ofMegabytes(4),
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                null));
    }

    private Run train(ContainerRunner runner, String name) throws IOException {
        UUID job = UUID.randomUUID();
        Workspace workspace = Workspace.of(folder, job);
        workspace.reset();
        Files.createDirectories(workspace.definition());
        String engine = name.equals("federated") ? "fedavg" : name;
        Files.writeString(workspace.definition().resolve("plan.json"), PLAN.formatted(engine));
        Files.copy(DIGITS, workspace.dataset().resolve("digits.csv"));
        UUID any = UUID.randomUUID();
        String digest = "0".repeat(64);
        TrainingRequested order = new TrainingRequested(
                any,
                any,
                any,
                any,
                "mlaas/" + name + ":1",
                digest,
                Map.of(),
                digest,
                "digits.csv",
                Map.of(),
                "plan.json",
                digest);
        Run run = new Run(job, 1, order, workspace, LONG);
        runner.start(run);
        await().atMost(LONG).until(() -> runner.state(run).ended());
        String log = Files.readString(workspace.log());
        assertThat(runner.state(run)).as(log).isEqualTo(new RunState.Exited(0));
        return run;
    }
}
