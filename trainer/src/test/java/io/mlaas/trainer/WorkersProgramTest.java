package io.mlaas.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program with several workers: processes of their own, which are killed. */
class WorkersProgramTest {
    private static final Path DIGITS = Path.of(System.getProperty("mlaas.home"), "demo", "digits", "digits.csv");
    private static final Pattern RANK = Pattern.compile("rank (\\d+) of 2 is process (\\d+)");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path directory;

    private Path input;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void prepare() throws IOException {
        input = directory.resolve("input");
        Files.createDirectories(input.resolve("dataset"));
        Files.createDirectories(input.resolve("model"));
        Files.copy(DIGITS, input.resolve("dataset/digits.csv"));
        Files.writeString(input.resolve("model/network.json"), """
                {"data": {"scale": 0.0625}, "layers": [{"type": "dense", "name": "a", "units": 32}, {"type": "batch_norm"},
                 {"type": "relu"}, {"type": "dropout", "rate": 0.2}, {"type": "dense", "name": "b", "units": 10},
                 {"type": "softmax"}],
                 "training": {"optimizer": "adam", "epochs": 6, "batch": 16, "seed": 1,
                              "split": {"test": 0.2, "validation": 0.1}}}""");
        environment.put("MLAAS_PARAM_WORKERS", "2");
    }

    /** What happens when a line is read; the processes of the ranks are those that run now. */
    private interface Reaction {
        void to(String line, Process launcher, Map<Integer, ProcessHandle> ranks);
    }

    private record Ran(int code, List<String> lines) {}

    private Ran run(Path output, Reaction reaction) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.mlaas.trainer.Trainer")
                .redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("MLAAS_INPUT_DIR", input.toString());
        builder.environment().put("MLAAS_OUTPUT_DIR", output.toString());
        Process launcher = builder.start();
        List<String> lines = new ArrayList<>();
        Map<Integer, ProcessHandle> ranks = new TreeMap<>();
        try (BufferedReader reader = launcher.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                Matcher matcher = RANK.matcher(line);
                if (matcher.matches()) {
                    ranks.put(
                            Integer.valueOf(matcher.group(1)),
                            ProcessHandle.of(Long.parseLong(matcher.group(2))).orElseThrow());
                }
                reaction.to(line, launcher, ranks);
            }
        }
        assertThat(launcher.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(ranks.values()).noneMatch(ProcessHandle::isAlive);
        return new Ran(launcher.exitValue(), lines);
    }

    @Test
    void workersThatAreKilledGoOnFromTheCheckpointToTheSameBytes() throws Exception {
        Ran undisturbed = run(directory.resolve("undisturbed"), (line, launcher, ranks) -> {});
        assertThat(undisturbed.lines()).anyMatch(line -> line.startsWith("##mlaas {\"done\":true"));
        assertThat(undisturbed.code()).isZero();
        List<Integer> toKill = new ArrayList<>(List.of(1, 0));
        Ran killed = run(directory.resolve("killed"), (line, launcher, ranks) -> {
            if (line.startsWith("##mlaas {\"epoch\":" + (toKill.size() == 2 ? 2 : 4)) && !toKill.isEmpty()) {
                ranks.get(toKill.removeFirst()).destroyForcibly();
            }
        });
        assertThat(killed.lines())
                .contains(
                        "rank 1 ended with exit code 137 (killed)",
                        "rank 0: rank 1 ended before the others",
                        "all workers start again from the last checkpoint (1 of 3)",
                        "rank 0 ended with exit code 137 (killed)",
                        "rank 1: rank 0 ended before the others",
                        "all workers start again from the last checkpoint (2 of 3)");
        assertThat(killed.code()).isZero();
        assertThat(directory.resolve("killed/model.pt"))
                .hasSameBinaryContentAs(directory.resolve("undisturbed/model.pt"));
        JsonNode metrics = JSON.readTree(Files.readString(directory.resolve("killed/metrics.json")));
        assertThat(metrics.get("epochs")).hasSize(6);
        assertThat(metrics.get("settings").get("workers").intValue()).isEqualTo(2);
        assertThat(metrics.get("held_out").get("accuracy").doubleValue()).isGreaterThan(0.8);
        try (var files = Files.list(directory.resolve("killed"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("model.pt", "metrics.json");
        }
    }

    @Test
    void aSignalStopsAllWorkersAtTheSameStep() throws Exception {
        environment.put("MLAAS_PARAM_EPOCHS", "100000");
        Ran ran = run(directory.resolve("output"), (line, launcher, ranks) -> {
            if (line.startsWith("##mlaas {\"epoch\":2,")) {
                launcher.toHandle().destroy();
            }
        });
        assertThat(ran.code()).isEqualTo(143);
        assertThat(ran.lines())
                .contains("##mlaas {\"error\":\"cancelled\"}")
                .noneMatch(line -> line.contains("start again"));
        assertThat(directory.resolve("output/model.pt")).doesNotExist();
    }

    @Test
    void refusesWhatDescribesNoWorkers() throws Exception {
        environment.put("MLAAS_PARAM_WORKERS", "many");
        Ran many = run(directory.resolve("output"), (line, launcher, ranks) -> {});
        assertThat(many.code()).isEqualTo(2);
        assertThat(many.lines().getLast()).contains("workers: \\\"many\\\" (expected: a whole number)");
        environment.put("RANK", "2");
        environment.put("WORLD_SIZE", "2");
        environment.put("MLAAS_RENDEZVOUS_FILE", directory.resolve("r").toString());
        Ran outside = run(directory.resolve("output"), (line, launcher, ranks) -> {});
        assertThat(outside.code()).isEqualTo(2);
        assertThat(outside.lines().getLast()).contains("RANK: 2 (expected: 0 to 1, WORLD_SIZE is 2)");
    }
}
