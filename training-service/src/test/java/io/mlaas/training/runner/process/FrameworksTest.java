package io.mlaas.training.runner.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.mlaas.api.sharing.TrainingRequested;
import io.mlaas.training.runner.Run;
import io.mlaas.training.runner.RunState;
import io.mlaas.training.runner.process.ProcessProperties.Image;
import io.mlaas.training.runner.process.ProcessProperties.Limits;
import io.mlaas.training.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Small federations in the real frameworks, as images of the process runner. Each is installed once, from a package index, into
 * {@code .mlaas/cache}; {@code -Dmlaas.test.frameworks=flare,flower} names which ones, {@code none} none.
 */
class FrameworksTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Path HOME =
            Path.of(System.getProperty("mlaas.home", "..")).toAbsolutePath().normalize();
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String PLAN = """
            {"name": "digits", "engine": "%s",
             "topology": {"mode": "simulation", "clients": 2, "clients_per_round": 2, "rounds": 2,
                          "partition": {"kind": "dirichlet", "alpha": 5.0}},
             "training": {"local_epochs": 3, "batch": 16, "learning_rate": 0.1, "optimizer": "sgd"},
             "aggregation": {"strategy": "%s", "byzantine": 0}, "privacy": {"mechanism": "none"},
             "model": {"net_name": "digits-mlp"}, "data": {"test": 0.2}, "seed": 7}
            """;

    @TempDir
    Path folder;

    static List<String> frameworks() {
        return Arrays.asList(
                System.getProperty("mlaas.test.frameworks", "flare").split(","));
    }

    @ParameterizedTest
    @MethodSource("frameworks")
    void trainsInTheFrameworkAndRefusesWhatItCannot(String framework) throws Exception {
        Path installed = install(framework);
        ImageDigest.Digests digests = new ImageDigest().of(List.of(installed));
        ProcessRunner runner = runner(framework, installed);

        Run trained = train(runner, framework, "fedavg");
        Run refused = train(runner, framework, "voting");

        String log = Files.readString(trained.workspace().log());
        assertThat(runner.state(trained)).as(log).isEqualTo(new RunState.Exited(0));
        Path output = trained.workspace().output();
        JsonNode metrics = JSON.readTree(Files.readString(output.resolve("metrics.json")));
        assertThat(metrics.at("/federated/engine").asString()).isEqualTo(framework);
        assertThat(metrics.at("/federated/rounds").asInt()).isEqualTo(2);
        assertThat(metrics.at("/federated/clients").valueStream().map(client -> client.path("name")
                        .asString()))
                .containsExactly("client-01", "client-02");
        // a tenth by guessing
        assertThat(metrics.at("/test/accuracy").asDouble()).isGreaterThan(0.5);
        assertThat(metrics.at("/versions").propertyNames()).contains("numpy");
        assertThat(log).contains("##mlaas {\"epoch\": 1, \"epochs\": 2, ").contains("##mlaas {\"epoch\": 2");
        assertThat(card(output.resolve("model.pt")).path("classes").size()).isEqualTo(10);

        assertThat(runner.state(refused)).isEqualTo(new RunState.Exited(2));
        assertThat(Files.readString(refused.workspace().log()))
                .contains("$.aggregation.strategy: voting (expected, with engine " + framework);
        assertThat(new ImageDigest().of(List.of(installed)))
                .as("what ran left the image as it was")
                .isEqualTo(digests);
    }

    private static JsonNode card(Path archive) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            assertThat(zip.getEntry("model/data.pkl")).isNotNull();
            return JSON.readTree(new String(
                    zip.getInputStream(zip.getEntry("model/extra/mlaas.json")).readAllBytes(), UTF_8));
        }
    }

    private static Path install(String framework) throws Exception {
        assumeFalse(framework.equals("none"), "mlaas.test.frameworks is none");
        String told = System.getenv("MLAAS_CACHE");
        Path cache = told == null ? HOME.resolve(".mlaas/cache") : Path.of(told);
        Path installed = cache.resolve("frameworks").resolve(framework);
        Process script = new ProcessBuilder(
                        HOME.resolve("ppfl-frameworks/install.sh").toString(), framework, installed.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(script.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(script.waitFor(10, TimeUnit.MINUTES)).isTrue();
        switch (script.exitValue()) {
            case 0 -> {}
            // no Python that will do, or no package index
            case 3, 69 -> abort(said);
            default -> throw new AssertionError(said);
        }
        return installed;
    }

    private static ProcessRunner runner(String framework, Path installed) {
        Image image = new Image(
                "mlaas/" + framework + ":1",
                List.of(
                        installed.resolve("venv/bin/python").toString(),
                        installed.resolve("program/job.py").toString()),
                List.of(installed),
                Map.of(
                        "PYTHONDONTWRITEBYTECODE",
                        "1",
                        "PYTHONPATH",
                        installed.resolve("program").toString()));
        return new ProcessRunner(
                new ProcessProperties(
                        "/usr/local/bin:/usr/bin:/bin",
                        DataSize.ofMegabytes(4),
                        Duration.ofSeconds(5),
                        new Limits(null, null, null, null, null)),
                List.of(image),
                new Watching(Path.of("never", "used")));
    }

    private Run train(ProcessRunner runner, String framework, String strategy) throws IOException {
        UUID job = UUID.randomUUID();
        Workspace workspace = Workspace.of(folder, job);
        workspace.reset();
        Files.createDirectories(workspace.definition());
        Files.writeString(workspace.definition().resolve("plan.json"), PLAN.formatted(framework, strategy));
        Files.copy(HOME.resolve("demo/digits/digits.csv"), workspace.dataset().resolve("digits.csv"));
        UUID any = UUID.randomUUID();
        String digest = "0".repeat(64);
        TrainingRequested order = new TrainingRequested(
                any,
                any,
                any,
                any,
                "mlaas/" + framework + ":1",
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
        return run;
    }
}
