package io.mlaas.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.neural.engine.TorchScriptRunner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program as the platform starts it: a process of its own, with directories and environment. */
class TrainerProgramTest {
    private static final Path DIGITS = Path.of(System.getProperty("mlaas.home"), "demo", "digits");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path directory;

    private Path input;
    private Path output;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void prepare() throws IOException {
        input = directory.resolve("input");
        output = directory.resolve("output");
        Files.createDirectories(input.resolve("dataset"));
        Files.createDirectories(input.resolve("model"));
    }

    private record Ran(int code, List<String> lines) {
        JsonNode last() {
            String line = lines.getLast();
            assertThat(line).startsWith("##mlaas ");
            return JSON.readTree(line.substring(8));
        }
    }

    private ProcessBuilder program() {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.mlaas.trainer.Trainer")
                .redirectErrorStream(true);
        builder.environment().put("MLAAS_INPUT_DIR", input.toString());
        builder.environment().put("MLAAS_OUTPUT_DIR", output.toString());
        builder.environment().putAll(environment);
        return builder;
    }

    private Ran run() throws IOException, InterruptedException {
        Process process = program().start();
        List<String> lines = process.inputReader(StandardCharsets.UTF_8).readAllLines();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), lines);
    }

    private void digits() throws IOException {
        Files.copy(DIGITS.resolve("digits.csv"), input.resolve("dataset/digits.csv"));
        Files.copy(DIGITS.resolve("network.json"), input.resolve("model/network.json"));
    }

    @Test
    void givesTheSameBytesInThreeProcesses() throws Exception {
        digits();
        environment.put("MLAAS_PARAM_EPOCHS", "4");
        List<byte[]> models = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            assertThat(run().code()).isZero();
            models.add(Files.readAllBytes(output.resolve("model.pt")));
        }
        assertThat(models.get(1)).isEqualTo(models.get(0));
        assertThat(models.get(2)).isEqualTo(models.get(0));
        environment.put("MLAAS_PARAM_SEED", "5");
        assertThat(run().code()).isZero();
        assertThat(Files.readAllBytes(output.resolve("model.pt"))).isNotEqualTo(models.get(0));
    }

    @Test
    void trainsTheDemoToNinetySevenPercentAndMeasuresWhatItHandsOut() throws Exception {
        digits();
        Ran ran = run();
        assertThat(ran.code()).isZero();
        assertThat(ran.lines().stream().filter(l -> l.startsWith("##mlaas {\"epoch\"")))
                .hasSize(40);
        JsonNode metrics = JSON.readTree(Files.readString(output.resolve("metrics.json")));
        double accuracy = metrics.get("held_out").get("accuracy").doubleValue();
        assertThat(accuracy).isGreaterThanOrEqualTo(0.97);
        assertThat(ran.last().get("accuracy").doubleValue()).isEqualTo(accuracy);
        List<String> rows = Files.readAllLines(DIGITS.resolve("digits.csv"));
        int right = 0;
        try (TorchScriptRunner runner = TorchScriptRunner.load(output.resolve("model.pt"))) {
            for (JsonNode row : metrics.get("held_out_rows")) {
                String[] fields = rows.get(row.intValue() + 1).split(",");
                float[] x = new float[64];
                for (int i = 0; i < 64; i++) {
                    x[i] = Float.parseFloat(fields[i]) / 16;
                }
                float[] y = runner.run(x, 1, 1, 8, 8);
                int best = 0;
                for (int i = 1; i < 10; i++) {
                    best = y[i] > y[best] ? i : best;
                }
                right += best == Integer.parseInt(fields[64]) ? 1 : 0;
            }
        }
        assertThat((double) right / metrics.get("held_out_rows").size()).isEqualTo(accuracy);
    }

    @Test
    void trainsWithoutADescription() throws Exception {
        Files.copy(DIGITS.resolve("digits.csv"), input.resolve("dataset/digits.csv"));
        Files.writeString(input.resolve("dataset.json"), "{\"samples_dimension\": \"(1,32,32)\"}");
        environment.put("MLAAS_PARAM_EPOCHS", "2");
        Ran ran = run();
        assertThat(ran.code()).isZero();
        assertThat(ran.lines())
                .contains("samples_dimension [1, 32, 32] does not fit the samples [64] and is not used")
                .anyMatch(l -> l.startsWith("no network description was uploaded: training default-cnn for [1, 8, 8]"));
    }

    @Test
    void refusesProgramsAndWeightsAsDescription() throws Exception {
        Files.copy(DIGITS.resolve("digits.csv"), input.resolve("dataset/digits.csv"));
        Files.writeString(input.resolve("model/train.py"), "import torch");
        Ran ran = run();
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.last().get("error").stringValue())
                .startsWith("model: train.py (expected: a JSON network description");
        assertThat(output).doesNotExist();
    }

    @Test
    void refusesAShapeMismatchBeforeTraining() throws Exception {
        Files.copy(DIGITS.resolve("digits.csv"), input.resolve("dataset/digits.csv"));
        Files.writeString(
                input.resolve("model/network.json"),
                "{\"layers\": [{\"type\": \"dense\", \"name\": \"out\", \"units\": 9}, {\"type\": \"softmax\"}]}");
        Ran ran = run();
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.last().get("error").stringValue())
                .startsWith("last layer: output shape [9] (expected: [10], for cross_entropy over the 10 classes");
        assertThat(ran.lines()).noneMatch(l -> l.startsWith("epoch"));
    }

    @Test
    void stopsCleanlyOnSigterm() throws Exception {
        digits();
        environment.put("MLAAS_PARAM_EPOCHS", "100000");
        Process process = program().start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                if (line.startsWith("##mlaas {\"epoch\":3,")) {
                    process.toHandle().destroy(); // SIGTERM, and the output stays open
                }
            }
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
        assertThat(lines.getLast()).startsWith("##mlaas {\"error\":\"cancelled in epoch ");
        assertThat(output.resolve("model.pt")).doesNotExist();
    }
}
