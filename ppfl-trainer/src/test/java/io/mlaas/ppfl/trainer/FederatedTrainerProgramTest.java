package io.mlaas.ppfl.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.neural.engine.TorchScriptRunner;
import io.mlaas.trainer.job.ProgressLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program as the platform starts it: a process of its own, with directories and environment. */
class FederatedTrainerProgramTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir
    Path directory;

    private Path input;
    private Path output;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void prepare() throws IOException {
        input = directory.resolve("input");
        output = directory.resolve("output");
        Files.createDirectories(input.resolve("model"));
    }

    private record Ran(int code, List<String> lines) {
        List<JsonNode> machine() {
            return lines.stream()
                    .filter(line -> line.startsWith(ProgressLines.PREFIX))
                    .map(line -> JSON.readTree(line.substring(ProgressLines.PREFIX.length())))
                    .toList();
        }
    }

    private void plan(String json) throws IOException {
        Files.writeString(input.resolve("model/plan.json"), json);
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FederatedTrainer.class.getName())
                .redirectErrorStream(true);
        builder.environment().put("MLAAS_INPUT_DIR", input.toString());
        builder.environment().put("MLAAS_OUTPUT_DIR", output.toString());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private Ran run() throws IOException, InterruptedException {
        return run(line -> false, process -> {});
    }

    private interface Signal {
        void to(Process process);
    }

    /** Runs the program and gives it a signal when it says what is waited for. */
    private Ran run(Predicate<String> awaited, Signal signal) throws IOException, InterruptedException {
        Process process = start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                if (awaited.test(line)) {
                    signal.to(process);
                }
            }
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), lines);
    }

    private void runAndKillAt(String line) throws IOException, InterruptedException {
        Ran killed =
                run(said -> said.startsWith(line), process -> process.toHandle().destroyForcibly());
        assertThat(killed.code()).as(String.join("\n", killed.lines())).isEqualTo(137);
        assertThat(output.resolve("model.pt")).doesNotExist();
    }

    private JsonNode metrics() throws IOException {
        return JSON.readTree(Files.readString(output.resolve("metrics.json")));
    }

    private byte[] model() throws IOException {
        return Files.readAllBytes(output.resolve("model.pt"));
    }

    @Test
    void aKilledFederationGoesOnAfterItsLastRoundToTheSameBytes() throws Exception {
        plan("""
                {"topology": {"clients": 5, "rounds": 6}, "model": {"net_name": "digits-softmax"}, "seed": 7,
                 "training": {"local_epochs": 2, "learning_rate": 0.5},
                 "privacy": {"mechanism": "gaussian", "noise_multiplier": 0.5, "clipping": {"norm": 1.0}}}""");
        Ran undisturbed = run();
        assertThat(undisturbed.lines()).last().asString().startsWith("##mlaas {\"done\":true,");
        assertThat(undisturbed.code()).isZero();
        byte[] model = model();
        Files.delete(output.resolve("model.pt"));
        for (String moment : List.of("network ", "##mlaas {\"epoch\":3,", "##mlaas {\"epoch\":6,")) {
            runAndKillAt(moment);
        }
        Ran resumed = run();
        assertThat(resumed.code()).isZero();
        assertThat(model()).isEqualTo(model);
        assertThat(resumed.lines()).noneMatch(line -> line.startsWith("##mlaas {\"epoch\":1,"));
        try (var files = Files.list(output)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("model.pt", "metrics.json");
        }
        JsonNode federated = metrics().get("federated");
        assertThat(metrics().get("epochs")).hasSize(6);
        assertThat(federated.get("epsilon").doubleValue())
                .isCloseTo(undisturbed.machine().getLast().get("epsilon").doubleValue(), within(1e-9));
        assertThat(federated.get("warning").stringValue()).endsWith("Leave it out for privacy.");
        JsonNode round = undisturbed.machine().getFirst();
        assertThat(round.propertyNames())
                .contains("epoch", "epochs", "loss", "accuracy", "clients", "clients_total", "epsilon", "bytes_up");
    }

    @Test
    void teachersThatHaveVotedNeedNotLearnAgainWhenTheirFederationIsKilled() throws Exception {
        plan("""
                {"engine": "fedpate", "topology": {"clients": 6, "rounds": 1}, "model": {"net_name": "digits-softmax"},
                 "training": {"teacher_epochs": 40, "student_epochs": 200, "learning_rate": 0.01}, "seed": 3,
                 "privacy": {"mechanism": "gaussian", "sigma": 2, "queries": 100, "accept_weak_privacy": true}}""");
        assertThat(run().code()).isZero();
        byte[] model = model();
        Files.delete(output.resolve("model.pt"));
        Path checkpoints = directory.resolve("checkpoints");
        environment.put("MLAAS_CHECKPOINT_DIR", checkpoints.toString());

        runAndKillAt("teacher 3 of 6 has voted");
        Map<Path, FileTime> voted = votes(checkpoints);
        assertThat(voted).hasSizeBetween(3, 5);
        runAndKillAt("student's epoch 2/200");
        assertThat(votes(checkpoints)).hasSize(6).containsAllEntriesOf(voted);
        runAndKillAt("##mlaas {\"epoch\":7,");

        Ran resumed = run();
        assertThat(resumed.code()).as(String.join("\n", resumed.lines())).isZero();
        assertThat(model()).isEqualTo(model);
        assertThat(checkpoints.resolve("federated")).doesNotExist();
    }

    /** Which teachers' votes are kept, and when they were written. */
    private static Map<Path, FileTime> votes(Path checkpoints) throws IOException {
        Map<Path, FileTime> votes = new HashMap<>();
        try (var files = Files.newDirectoryStream(checkpoints.resolve("federated"), "votes-client-??")) {
            for (Path file : files) {
                votes.put(file, Files.getLastModifiedTime(file));
            }
        }
        return votes;
    }

    @Test
    void teachersTellNothingOfThemselvesAndTheirStudentIsServed() throws Exception {
        plan("""
                {"engine": "fedpate", "topology": {"clients": 8, "rounds": 1}, "model": {"net_name": "digits-softmax"},
                 "training": {"teacher_epochs": 10, "student_epochs": 20, "learning_rate": 0.01}, "seed": 3,
                 "data": {"public": 0.3},
                 "privacy": {"mechanism": "laplacian", "epsilon": 2, "queries": 200, "publish_data_dependent": true}}""");
        Ran ran = run();
        assertThat(ran.lines()).last().asString().startsWith("##mlaas {\"done\":true,");
        List<JsonNode> told = ran.machine();
        assertThat(told.stream().filter(line -> line.path("phase").asString("").equals("teachers")))
                .hasSize(8)
                .allSatisfy(line -> {
                    assertThat(line.has("loss")).isFalse();
                    assertThat(line.has("accuracy")).isFalse();
                });
        assertThat(told.get(8).get("phase").stringValue()).isEqualTo("student");
        JsonNode federated = metrics().get("federated");
        assertThat(federated.get("answers").intValue()).isEqualTo(200);
        assertThat(federated.get("epsilon_data_dependent").doubleValue())
                .isLessThanOrEqualTo(federated.get("epsilon").doubleValue());
        assertThat(metrics().get("held_out").get("accuracy").doubleValue()).isGreaterThan(0.7);
        try (TorchScriptRunner runner = TorchScriptRunner.load(output.resolve("model.pt"))) {
            float[] probabilities = runner.run(new float[64], 1, 64);
            float sum = 0;
            for (float p : probabilities) {
                sum += p;
            }
            assertThat(sum).isCloseTo(1, within(1e-5f));
        }
    }

    @Test
    void comparesWithCentralTrainingAndAttacksTheModel() throws Exception {
        plan("""
                {"topology": {"clients": 4, "rounds": 8}, "model": {"net_name": "digits-softmax"},
                 "training": {"local_epochs": 4, "learning_rate": 0.5, "central_comparison": true},
                 "privacy": {"membership_inference": true}}""");
        Ran ran = run();
        assertThat(ran.code()).isZero();
        JsonNode federated = metrics().get("federated");
        double accuracy = metrics().get("held_out").get("accuracy").doubleValue();
        assertThat(federated.get("central_accuracy").doubleValue()).isBetween(accuracy - 0.03, accuracy + 0.03);
        JsonNode attack = federated.get("membership_inference");
        assertThat(attack.get("auc").doubleValue()).isBetween(0.45, 0.75);
        assertThat(attack.get("tpr_at_fpr_0.01").doubleValue()).isBetween(0.0, 0.3);
        assertThat(federated.get("accounted").booleanValue()).isFalse();
        assertThat(federated.has("epsilon")).isFalse();
        assertThat(ran.lines()).anyMatch(line -> line.startsWith("privacy: no ε. No noise"));
    }

    @Test
    void eachDeviceOfADatasetIsAClient() throws Exception {
        StringBuilder csv = new StringBuilder("device,vibration,heat,label\n");
        for (int row = 0; row < 90; row++) {
            boolean worn = row % 3 == 0;
            csv.append("pump-%d,%d,%d,%s\n"
                    .formatted(row % 9 < 5 ? 7 : row % 9 < 8 ? 12 : 9, worn ? 5 : -5, row % 7, worn ? "worn" : "fine"));
        }
        Files.createDirectories(input.resolve("dataset"));
        Files.writeString(input.resolve("dataset/pumps.csv"), csv);
        String plan = """
                {"topology": {"clients": %d, "rounds": 3, "partition": {"kind": "column", "column": "%s"}}, "seed": 1,
                 "data": {"dataset_id": "7f0c1b5e-6a38-4f5c-9d51-0b8f2f3f9a11"},
                 "model": {"network": {"input": {"shape": [2]}, "layers": [{"type": "dense", "units": 2},
                           {"type": "log_softmax"}]}}}""";
        plan(plan.formatted(3, "device"));
        Ran ran = run();
        assertThat(ran.code()).as("%s", ran.lines()).isZero();
        JsonNode clients = metrics().get("federated").get("clients");
        assertThat(clients.valueStream().map(client -> client.get("name").stringValue()))
                .containsExactly("pump-12", "pump-7", "pump-9");
        assertThat(clients.valueStream()
                        .mapToInt(client -> client.get("samples").intValue())
                        .sum())
                .isEqualTo(72);
        assertThat(metrics().get("held_out").get("accuracy").doubleValue()).isGreaterThan(0.9);
        plan(plan.formatted(4, "device"));
        assertThat(run().machine().getLast().get("error").stringValue())
                .isEqualTo("topology.clients: 4 (expected: 3, as many as there are values in column device: pump-12,"
                        + " pump-7, pump-9)");
        plan(plan.formatted(3, "owner"));
        assertThat(run().machine().getLast().get("error").stringValue())
                .isEqualTo("pumps.csv: no column \"owner\" (expected: an index below 4, or one of device, vibration,"
                        + " heat, label)");
    }

    @Test
    void withoutASeedNoTwoRunsAreTheSame() throws Exception {
        plan("""
                {"topology": {"clients": 3, "rounds": 1}, "model": {"net_name": "digits-softmax"},
                 "privacy": {"mechanism": "gaussian", "noise_multiplier": 1}}""");
        assertThat(run().code()).isZero();
        byte[] first = model();
        assertThat(metrics().get("seed").isNull()).isTrue();
        assertThat(run().code()).isZero();
        assertThat(model()).isNotEqualTo(first);
    }

    @Test
    void refusesAPlanWithEverythingThatIsWrong() throws Exception {
        plan("{\"topology\": {\"clients\": 0}, \"training\": {\"batch\": -1}}");
        Ran ran = run();
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.machine().getLast().get("error").stringValue())
                .isEqualTo("plan: topology.clients: 0 (expected: an integer from 1 to 100000);"
                        + " training.batch: -1 (expected: an integer from 1 to 1048576)");
        assertThat(output).doesNotExist();
        plan("{\"topology\": {\"clients\": 5000}}");
        ran = run();
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.machine().getLast().get("error").stringValue())
                .isEqualTo("topology.clients: 5000 (expected: at most 1438, the samples that are neither held out nor"
                        + " public)");
    }

    @Test
    void stopsCleanlyOnSigterm() throws Exception {
        plan("""
                {"topology": {"rounds": 100000}, "model": {"net_name": "digits-softmax"}}""");
        Ran ran = run(line -> line.startsWith("##mlaas {\"epoch\":3,"), process -> process.toHandle()
                .destroy());
        assertThat(ran.code()).isEqualTo(143);
        assertThat(ran.lines().getLast()).startsWith("##mlaas {\"error\":\"cancelled in round ");
        assertThat(output.resolve("model.pt")).doesNotExist();
    }
}
