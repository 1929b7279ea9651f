package io.mlaas.online.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.explanation.Explainer;
import io.mlaas.explanation.Explanation;
import io.mlaas.explanation.Settings;
import io.mlaas.neural.engine.TorchScriptRunner;
import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.ConfigurationRefused;
import io.mlaas.online.Input;
import io.mlaas.online.LearnerState;
import io.mlaas.online.Schema;
import io.mlaas.online.StateRefused;
import io.mlaas.online.Target;
import io.mlaas.online.contract.StreamOfRows;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The archives and numbers under {@code /torch} are from plain PyTorch 2.13 ({@code src/test/python/make_fixtures.py}). */
class TorchLearnerTest {
    private static final Schema NUMBERS = Schema.numeric(6, new Target.Regression(List.of("a", "b")));
    private static final Schema WINDOWS = new Schema(
            List.of(new Input.Tensor("window", List.of(7, 2))), new Target.Regression(List.of("a", "b", "c")));

    @TempDir
    Path folder;

    private static byte[] resource(String name) {
        try (InputStream in = TorchLearnerTest.class.getResourceAsStream("/torch/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static TorchLearner learner(Schema schema, byte[] archive, String more) {
        String digest = Archive.read(archive).sha256();
        Torch torch = new Torch(asked -> asked.equals(digest) ? Optional.of(archive) : Optional.empty());
        return torch.create(schema, JsonMapper.shared().readTree("{\"archive\": \"" + digest + "\"" + more + "}"));
    }

    private static TorchLearner network(Schema schema, String layers, String more) {
        return new Torch()
                .create(
                        schema,
                        JsonMapper.shared().readTree("{\"network\": {\"layers\": [" + layers + "]}" + more + "}"));
    }

    private static double[] numbers(JsonNode list) {
        return IntStream.range(0, list.size())
                .mapToDouble(i -> list.get(i).doubleValue())
                .toArray();
    }

    @Test
    void tenStepsOfAdamAreThoseOfPyTorch() {
        JsonNode recorded = JsonMapper.shared().readTree(resource("forecaster.json"));
        Batch batch = new Batch(8, numbers(recorded.get("x")), numbers(recorded.get("y")));
        String settings = """
                , "optimizer": {"type": "adam", "learning_rate": 0.01, "beta2": 0.99}, "shuffle": false""";
        try (TorchLearner learner = learner(WINDOWS, resource("forecaster.pt"), settings)) {
            for (double loss : numbers(recorded.get("losses"))) {
                assertThat(learner.loss(batch)).isCloseTo(loss, within(1e-6));
                learner.learn(batch);
            }
            assertThat(learner.predict(8, batch.inputs()))
                    .containsExactly(numbers(recorded.get("after")), within(2e-6));
        }
    }

    @Test
    void frozenLayersStayBitForBitAndTheOptimizerKeepsNothingOfThem() {
        byte[] archive = resource("forecaster.pt");
        try (TorchLearner all = learner(WINDOWS, archive, "");
                TorchLearner learner = learner(WINDOWS, archive, ", \"freeze\": [\"gru\"]")) {
            Batch batch = StreamOfRows.batch(WINDOWS, 64, 1);
            learner.learn(batch);
            learner.learn(batch);
            Archive before = Archive.read(archive);
            Archive after = Archive.read(learner.archive());
            assertThat(before.parameters()).hasSize(6);
            for (String name : before.parameters()) {
                boolean frozen = name.startsWith("gru.");
                assertThat(after.elements(name).equals(before.elements(name)))
                        .as(name)
                        .isEqualTo(frozen);
            }
            assertThat(learner.trained()).containsExactlyInAnyOrder("out.weight", "out.bias");
            assertThat(learner.optimizerNumbers()).isEqualTo(2 * (15 + 3));
            assertThat(all.optimizerNumbers()).isEqualTo(2 * (15 * 2 + 15 * 5 + 15 + 15 + 15 + 3));
        }
    }

    @Test
    void whatItWritesIsReadAgainEverywhereAndSaysTheSame() throws IOException {
        String layers = """
                {"type": "gru", "units": 4}, {"type": "dense", "units": 3}""";
        try (TorchLearner learner = network(WINDOWS, layers, "")) {
            learner.learn(StreamOfRows.batch(WINDOWS, 40, 1));
            double[] inputs = StreamOfRows.batch(WINDOWS, 1, 2).inputs();
            double[] said = learner.predict(1, inputs);
            byte[] archive = learner.archive();
            assertThat(learner.archive()).isEqualTo(archive);
            Path file = Files.write(folder.resolve("model.pt"), archive);
            float[] narrow = new float[inputs.length];
            for (int i = 0; i < narrow.length; i++) {
                narrow[i] = (float) inputs[i];
            }
            try (TorchScriptRunner engine = TorchScriptRunner.load(file)) {
                float[] y = engine.run(narrow, 1, 7, 2);
                assertThat(said).containsExactly(new double[] {y[0], y[1], y[2]}, within(1e-7));
            }
            Explanation explanation = Explainer.ofTorchScript(file)
                    .explain(new double[][] {inputs}, Settings.DEFAULT)
                    .getFirst();
            assertThat(explanation.prediction()).containsExactly(said, within(1e-6));
            assertThat(Archive.read(archive).card().orElseThrow()).contains("\"task\":\"regression\"");
            try (TorchLearner again = learner(WINDOWS, archive, "")) {
                assertThat(again.predict(1, inputs)).containsExactly(said);
            }
        }
    }

    @Test
    void aModuleOfPyTorchLearnsWithItsStatisticsAndItsSharedWeights() {
        byte[] archive = resource("mixed.pt");
        Batch batch = StreamOfRows.batch(NUMBERS, 65, 1);
        String settings = ", \"batch_size\": 32, \"epochs\": 20, \"optimizer\": {\"learning_rate\": 0.01}";
        try (TorchLearner learner = learner(NUMBERS, archive, settings)) {
            double before = learner.loss(batch);
            learner.learn(batch);
            assertThat(learner.loss(batch)).isLessThan(before / 2);
            double[] said = learner.predict(65, batch.inputs());
            assertThat(learner.predict(65, batch.inputs())).containsExactly(said);
            Archive written = Archive.read(learner.archive());
            for (String statistic : List.of("norm.running_mean", "norm.running_var", "norm.num_batches_tracked")) {
                assertThat(written.elements(statistic))
                        .isNotEqualTo(Archive.read(archive).elements(statistic));
            }
            assertThat(written.elements("norm.num_batches_tracked").getLong(0)).isEqualTo(40);
            assertThat(written.elements("again.weight")).isEqualTo(written.elements("first.weight"));
            assertThat(written.elements("unread"))
                    .isEqualTo(Archive.read(archive).elements("unread"));
            assertThatThrownBy(() -> learner.learn(StreamOfRows.batch(NUMBERS, 1, 2)))
                    .isInstanceOf(BatchRefused.class)
                    .hasMessageStartingWith("1 row (expected: 2 or more");
        }
    }

    @Test
    void layersAreFrozenAndThawedWithoutForgettingWhatWasLearned() throws StateRefused {
        String layers = "{\"type\": \"dense\", \"units\": 4}, {\"type\": \"dense\", \"units\": 2}";
        Batch batch = StreamOfRows.batch(NUMBERS, 60, 1);
        try (TorchLearner learner = network(NUMBERS, layers, "");
                TorchLearner frozen = network(NUMBERS, layers, ", \"freeze\": [\"dense_0\"], \"epochs\": 3");
                TorchLearner thawed = network(NUMBERS, layers, "")) {
            learner.learn(batch);
            LearnerState.adjust(LearnerState.write(learner), frozen);
            assertThat(frozen.archive()).isEqualTo(learner.archive());

            frozen.learn(batch);
            Archive before = Archive.read(learner.archive());
            Archive after = Archive.read(frozen.archive());
            assertThat(after.elements("dense_0.weight")).isEqualTo(before.elements("dense_0.weight"));
            assertThat(after.elements("dense_1.weight")).isNotEqualTo(before.elements("dense_1.weight"));

            LearnerState.adjust(LearnerState.write(frozen), thawed);
            assertThat(thawed.archive()).isEqualTo(frozen.archive());
            thawed.learn(batch);
            assertThat(Archive.read(thawed.archive()).elements("dense_0.weight"))
                    .isNotEqualTo(before.elements("dense_0.weight"));
            assertThat(thawed.learned()).isEqualTo(180);
        }
    }

    @Test
    void rowsCountByTheirWeights() {
        Batch rows = StreamOfRows.batch(NUMBERS, 12, 1);
        double[] weights = new double[12];
        java.util.Arrays.fill(weights, 0, 6, 2);
        double[] inputs = java.util.Arrays.copyOf(rows.inputs(), 6 * 6);
        double[] targets = java.util.Arrays.copyOf(rows.targets(), 6 * 2);
        for (String loss : List.of("mse", "mae", "huber")) {
            String more = ", \"shuffle\": false, \"loss\": \"" + loss + "\"";
            try (TorchLearner weighted = network(NUMBERS, "{\"type\": \"dense\", \"units\": 2}", more);
                    TorchLearner half = network(NUMBERS, "{\"type\": \"dense\", \"units\": 2}", more)) {
                weighted.learn(new Batch(12, rows.inputs(), rows.targets(), weights));
                half.learn(new Batch(6, inputs, targets));
                assertThat(weighted.predict(6, inputs)).containsExactly(half.predict(6, inputs), within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "softmax     | cross_entropy   | 3",
                "log_softmax | nll             | 3",
                "            | cross_entropy   | 3",
                "sigmoid     | bce_with_logits | 1",
                "            | bce_with_logits | 1"
            })
    void classesAreLearnedFromEveryKindOfOutput(String last, String loss, int units) {
        List<String> classes = units == 1 ? List.of("no", "yes") : List.of("a", "b", "c");
        Schema schema = Schema.numeric(4, new Target.Classification(classes));
        String layers = "{\"type\": \"dense\", \"units\": " + units + "}"
                + (last == null ? "" : ", {\"type\": \"" + last + "\"}");
        String more = ", \"loss\": \"" + loss + "\", \"batch_size\": 20, \"epochs\": 20,"
                + " \"optimizer\": {\"learning_rate\": 0.02}";
        Batch batch = StreamOfRows.batch(schema, 100, 1);
        try (TorchLearner learner = network(schema, layers, more)) {
            double before = learner.loss(batch);
            learner.learn(batch);
            assertThat(learner.loss(batch)).isLessThan(before);
            if (units == 3) {
                byte[] archive = learner.archive();
                try (TorchLearner again = learner(schema, archive, "")) {
                    assertThat(again.predict(5, firstRows(batch)))
                            .containsExactly(learner.predict(5, firstRows(batch)), within(1e-6));
                    assertThat(again.loss(batch)).isCloseTo(learner.loss(batch), within(1e-5));
                    again.learn(batch);
                }
            }
        }
    }

    private static double[] firstRows(Batch batch) {
        return java.util.Arrays.copyOf(batch.inputs(), 5 * 4);
    }

    @Test
    void twoThousandUpdatesLeaveNoMemoryBehind() {
        String layers = """
                {"type": "dense", "units": 8}, {"type": "tanh"}, {"type": "dense", "units": 2}""";
        try (TorchLearner learner = network(NUMBERS, layers, ", \"clip_norm\": 1, \"clip_value\": 0.5")) {
            Batch batch = StreamOfRows.batch(NUMBERS, 16, 1);
            double[] inputs = batch.inputs();
            repeat(300, learner, batch, inputs);
            int arrays = learner.nativeArrays();
            long before = NativeMemory.allocated();
            repeat(2000, learner, batch, inputs);
            assertThat(learner.nativeArrays()).isEqualTo(arrays);
            assertThat(NativeMemory.allocated() - before).isLessThan(2 << 20);
        }
    }

    private static void repeat(int times, TorchLearner learner, Batch batch, double[] inputs) {
        for (int i = 0; i < times; i++) {
            learner.learn(batch);
            if (i % 10 == 0) {
                learner.predict(16, inputs);
            }
            if (i % 200 == 0) {
                learner.snapshot().close();
            }
        }
    }

    @Test
    void refusesConfigurationsByTheirPaths() {
        String dense = "{\"type\": \"dense\", \"units\": 2}";
        Map<String, String> refused = Map.of(
                ", \"optimizer\": {\"learning_rate\": -1}", "$.optimizer.learning_rate: -1 (expected: a number >= 0)",
                ", \"freeze\": [\"gru\"]",
                        "$.freeze[0]: \"gru\" (expected: a layer or parameter, such as one of [dense_0])",
                ", \"freeze\": [\"dense_0\"]",
                        "$.freeze: [dense_0] (expected: at least one parameter of [dense_0] that",
                ", \"batch_size\": 0", "$.batch_size: 0 (expected: an integer from 1",
                ", \"loss\": \"nll\"", "$.loss: nll (expected: a loss of a regression)",
                ", \"epoch\": 2", "$.epoch: unknown field (expected: one of");
        refused.forEach((more, message) -> assertThatThrownBy(() -> network(NUMBERS, dense, more))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageStartingWith(message));
        assertThatThrownBy(() -> network(NUMBERS, "{\"type\": \"dense\", \"units\": 3}", ""))
                .hasMessage("$: network: output [2, 3] for two rows (expected: [2, 2], for the target [a, b])");
        assertThatThrownBy(() -> network(NUMBERS, "{\"type\": \"dens\"}", ""))
                .hasMessageStartingWith("$.network: layer 0");
        assertThatThrownBy(() -> new Torch().create(NUMBERS, JsonMapper.shared().readTree("{}")))
                .hasMessageStartingWith("$.network: missing (expected: either");
        assertThatThrownBy(() -> new Torch().create(NUMBERS, JsonMapper.shared().readTree("{\"archive\": \"ab\"}")))
                .hasMessage("$.archive: ab (expected: the SHA-256 of a stored TorchScript archive)");
        assertThatThrownBy(() -> learner(WINDOWS, resource("mixed.pt"), "")).hasMessageStartingWith("$: ");
    }

    @Test
    void equalRunsGiveEqualDigestsWhateverOtherLearnersDraw() {
        byte[] archive = resource("mixed.pt");
        Batch batch = StreamOfRows.batch(NUMBERS, 40, 1);
        try (TorchLearner one = learner(NUMBERS, archive, "");
                TorchLearner other = learner(NUMBERS, archive, "");
                TorchLearner between = learner(NUMBERS, archive, ", \"seed\": 9")) {
            for (int i = 0; i < 5; i++) {
                one.learn(batch);
            }
            for (int i = 0; i < 5; i++) {
                between.learn(batch);
                other.learn(batch);
            }
            assertThat(LearnerState.digest(other)).isEqualTo(LearnerState.digest(one));
        }
    }
}
