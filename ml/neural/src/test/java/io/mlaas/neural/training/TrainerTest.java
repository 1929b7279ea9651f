package io.mlaas.neural.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.mlaas.neural.Fixtures;
import io.mlaas.neural.data.Samples;
import io.mlaas.neural.network.InvalidDescriptionException;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.TensorShape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TrainerTest {

    private static final String SMALL = "{\"type\": \"dense\", \"units\": 8}, {\"type\": \"tanh\"},"
            + " {\"type\": \"dropout\", \"rate\": 0.2}, {\"type\": \"dense\", \"units\": 2}, {\"type\": \"softmax\"}";

    private static TrainingResult train(
            String layers, String training, Samples samples, List<EpochReport> reports, BooleanSupplier cancelled) {
        NetworkDescription description =
                NetworkDescription.parse("{\"layers\": [" + layers + "], \"training\": {" + training + "}}");
        Network network = description.resolve(samples.shape());
        TrainingSettings settings = TrainingSettings.parse(description.training());
        return Trainer.train(network, settings, samples, reports::add, cancelled);
    }

    private static TrainingResult train(String layers, String training, Samples samples) {
        return train(layers, training, samples, new ArrayList<>(), () -> false);
    }

    /** Two interleaved bands that a line cannot part. */
    private static Samples bands() {
        float[][] x = new float[120][2];
        int[] labels = new int[120];
        for (int i = 0; i < 120; i++) {
            x[i][0] = (i % 12) / 6f - 1;
            x[i][1] = (i / 12) / 5f - 1;
            labels[i] = Math.abs(x[i][0]) > 0.5 ? 1 : 0;
        }
        return new Samples(TensorShape.of(2), x, new Samples.Targets.Classes(labels, List.of("in", "out")));
    }

    private static Samples line() {
        float[][] x = new float[60][1];
        float[][] y = new float[60][1];
        for (int i = 0; i < 60; i++) {
            x[i][0] = i / 30f - 1;
            y[i][0] = 3 * x[i][0] - 2;
        }
        return new Samples(TensorShape.of(1), x, new Samples.Targets.Values(y));
    }

    /**
     * Initial weights, order of samples, batch statistics, class weights, clipping and AdamW together, against a training
     * written with torch.nn in PyTorch 1.13.1 (make_torch_fixtures.py, which has its own SplitMix64).
     */
    @Test
    void endsWithTheWeightsThatPyTorchEndsWith() {
        JsonNode fixture = Fixtures.json("torch.json").get("training");
        Samples samples = new Samples(
                TensorShape.of(2, 6),
                Fixtures.rows(fixture.get("x"), 22),
                new Samples.Targets.Classes(Fixtures.ints(fixture.get("y")), List.of("0", "1", "2")));
        TrainingResult result = train("""
                {"type": "conv1d", "name": "conv", "filters": 4, "kernel": 3, "bias": false}, {"type": "batch_norm", "name": "norm"},
                {"type": "relu"}, {"type": "flatten"}, {"type": "dense", "name": "out", "units": 3},
                {"type": "softmax"}""", """
                "optimizer": {"type": "adamw", "learning_rate": 0.02, "weight_decay": 0.05}, "batch": 8, "epochs": 4,
                "seed": 42, "split": {"test": 0}, "class_weights": [1, 2, 0.5], "gradient_clip": {"norm": 0.5}""", samples);
        for (int epoch = 0; epoch < 4; epoch++) {
            double truth = fixture.get("epoch_losses").get(epoch).doubleValue();
            assertThat(result.epochs().get(epoch).loss()).isCloseTo(truth, offset(1e-5));
        }
        result.weights().tensors().forEach((name, tensor) -> {
            float[] truth = Fixtures.floats(fixture.get("weights").get(name));
            for (int i = 0; i < truth.length; i++) {
                assertThat(tensor.values()[i]).as(name + "[" + i + "]").isCloseTo(truth[i], offset(1e-5f));
            }
        });
        assertThat(result.weights().tensors()).hasSize(7);
    }

    @Test
    void givesTheSameBitsForTheSameSeedAndOthersForAnother() {
        TrainingResult first = train(SMALL, "\"epochs\": 5, \"seed\": 1", bands());
        TrainingResult second = train(SMALL, "\"epochs\": 5, \"seed\": 1", bands());
        TrainingResult other = train(SMALL, "\"epochs\": 5, \"seed\": 2", bands());
        first.weights().tensors().forEach((name, tensor) -> assertThat(
                        second.weights().get(name).values())
                .containsExactly(tensor.values()));
        assertThat(second.split().test()).containsExactly(first.split().test());
        assertThat(other.weights().get("dense_0.weight").values())
                .isNotEqualTo(first.weights().get("dense_0.weight").values());
    }

    @Test
    void learnsWhatALineCannotPart() {
        TrainingResult result = train(
                SMALL,
                "\"epochs\": 60, \"optimizer\": {\"learning_rate\": 0.02},"
                        + " \"split\": {\"test\": 0.2, \"validation\": 0.1, \"stratified\": true}",
                bands());
        assertThat(result.split().test()).hasSize(24);
        assertThat(result.split().validation()).hasSize(12);
        assertThat(result.epochs().getLast().accuracy().orElseThrow()).isGreaterThan(0.9);
        assertThat(result.heldOutLoss()).isLessThan(0.3);
    }

    /** A buffer that the engine still reads, but Java no longer holds, would be overwritten sooner or later. */
    @ParameterizedTest
    @ValueSource(strings = {"cross_entropy", "bce_with_logits", "mse", "mae", "huber"})
    void givesTheSameBitsWhileGarbageIsCollected(String loss) {
        String layers = loss.equals("bce_with_logits")
                ? "{\"type\": \"dense\", \"units\": 1}, {\"type\": \"sigmoid\"}"
                : loss.equals("cross_entropy") ? SMALL : "{\"type\": \"dense\", \"units\": 1}";
        Samples samples = loss.equals("cross_entropy") || loss.equals("bce_with_logits") ? bands() : line();
        String training = "\"loss\": \"" + loss + "\", \"epochs\": 8, \"batch\": 16";
        TrainingResult quiet = train(layers, training, samples);
        Thread collector = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                System.gc();
                for (int i = 0; i < 1000; i++) {
                    ByteBuffer.allocateDirect(16).putLong(-1).putLong(-1);
                }
            }
        });
        try {
            TrainingResult disturbed = train(layers, training, samples);
            quiet.weights().tensors().forEach((name, tensor) -> assertThat(
                            disturbed.weights().get(name).values())
                    .containsExactly(tensor.values()));
        } finally {
            collector.interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mse", "mae", "huber"})
    void fitsALine(String loss) {
        TrainingResult result = train(
                "{\"type\": \"dense\", \"name\": \"d\", \"units\": 1}",
                "\"loss\": \"" + loss + "\", \"epochs\": 60, \"optimizer\": {\"learning_rate\": 0.05}, \"batch\": 8,"
                        + "\"schedule\": \"cosine\"",
                line());
        assertThat(result.weights().get("d.weight").values()[0]).isCloseTo(3, offset(0.02f));
        assertThat(result.weights().get("d.bias").values()[0]).isCloseTo(-2, offset(0.02f));
    }

    @Test
    void trainsASingleSigmoidOnTwoClasses() {
        TrainingResult result = train(
                "{\"type\": \"dense\", \"units\": 8}, {\"type\": \"tanh\"}, {\"type\": \"dense\", \"units\": 1},"
                        + " {\"type\": \"sigmoid\"}",
                "\"loss\": \"bce_with_logits\", \"epochs\": 60, \"optimizer\": {\"learning_rate\": 0.02},"
                        + " \"split\": {\"validation\": 0.2}",
                bands());
        assertThat(result.epochs().getLast().accuracy().orElseThrow()).isGreaterThan(0.9);
    }

    @Test
    void trainsRecurrentNetworksWithDropoutBetweenLayers() {
        float[][] x = new float[64][10];
        int[] labels = new int[64];
        for (int i = 0; i < 64; i++) {
            labels[i] = i % 2;
            for (int t = 0; t < 10; t++) {
                x[i][t] = (float) Math.sin((labels[i] + 1) * 0.6 * t + i);
            }
        }
        Samples waves =
                new Samples(TensorShape.of(10, 1), x, new Samples.Targets.Classes(labels, List.of("slow", "fast")));
        TrainingResult result = train(
                "{\"type\": \"lstm\", \"units\": 8, \"layers\": 2, \"dropout\": 0.1},"
                        + " {\"type\": \"dense\", \"units\": 2}",
                "\"epochs\": 40, \"optimizer\": {\"learning_rate\": 0.03}, \"split\": {\"test\": 0.2,"
                        + " \"stratified\": true}",
                waves);
        assertThat(result.epochs().getLast().loss()).isLessThan(0.2);
    }

    @Test
    void stopsEarlyAndKeepsTheBestWeights() {
        TrainingResult result = train(
                SMALL,
                "\"epochs\": 200, \"optimizer\": {\"learning_rate\": 0.1}, \"split\": {\"validation\": 0.2},"
                        + " \"early_stopping\": {\"patience\": 3}",
                bands());
        assertThat(result.stopped()).isEqualTo("no better validation loss for 3 epochs");
        assertThat(result.epochs()).hasSize(result.best() + 3);
    }

    @Test
    void stopsAtTheNextStepWhenCancelled() {
        int[] asked = {0};
        assertThatThrownBy(() -> train(SMALL, "\"epochs\": 5", bands(), new ArrayList<>(), () -> ++asked[0] > 7))
                .isInstanceOf(CancellationException.class)
                .hasMessage("cancelled in epoch 3");
    }

    @Test
    void saysSoWhenTheLossIsNoNumberAnyMore() {
        assertThatThrownBy(() -> train(
                        "{\"type\": \"dense\", \"units\": 1}",
                        "\"epochs\": 99, \"optimizer\": {\"type\": \"sgd\", \"learning_rate\": 1e9}",
                        line()))
                .isInstanceOf(TrainingDivergedException.class)
                .hasMessageContaining("expected: a finite number");
    }

    @Test
    void refusesAnOutputThatDoesNotFitTheTargets() {
        assertThatThrownBy(() -> train("{\"type\": \"dense\", \"units\": 3}", "", bands()))
                .isInstanceOf(InvalidDescriptionException.class)
                .hasMessage(
                        "last layer: output shape [3] (expected: [2], for cross_entropy over the 2 classes [in, out])");
        assertThatThrownBy(() -> train("{\"type\": \"dense\", \"units\": 2}", "\"loss\": \"mse\"", bands()))
                .hasMessageStartingWith("training: loss: \"mse\" with classes as labels");
        assertThatThrownBy(() -> train("{\"type\": \"dense\", \"units\": 2}", "\"loss\": \"nll\"", bands()))
                .hasMessageContaining("log_softmax");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"epoch\": 3 | training: unknown field \"epoch\"",
                "\"epochs\": 0 | training: epochs: 0 (expected: >= 1)",
                "\"loss\": \"huberr\" | training: loss: \"huberr\" (expected: one of cross_entropy,",
                "\"optimizer\": {\"type\": \"adam\", \"momentum\": 1} | training: optimizer: unknown field \"momentum\"",
                "\"split\": {\"test\": 0.6, \"validation\": 0.5} | training.split: test + validation: 1.1",
                "\"early_stopping\": {} | training: early_stopping without validation data",
            })
    void refusesSettingsThatAreNotUnderstood(String example) {
        String[] parts = example.split(" \\| ");
        assertThatThrownBy(() -> train(SMALL, parts[0], bands())).message().startsWith(parts[1]);
    }

    @Test
    void trainsAnEmbeddingAndRefusesWhatItHasNoEntryFor() {
        float[][] x = new float[40][3];
        int[] labels = new int[40];
        for (int i = 0; i < 40; i++) {
            labels[i] = i % 2;
            x[i] = new float[] {i % 5, 5 + labels[i], i % 3};
        }
        Samples words = new Samples(TensorShape.of(3), x, new Samples.Targets.Classes(labels, List.of("a", "b")));
        assertThat(embedded(words, 7).epochs().getLast().loss()).isLessThan(0.2);
        assertThatThrownBy(() -> embedded(words, 6))
                .hasMessage("sample 2: 6.0 (expected: whole numbers from 0 to 5, the embedding's entries)");
    }

    private static TrainingResult embedded(Samples words, int entries) {
        NetworkDescription description = NetworkDescription.parse("{\"input\": {\"type\": \"int64\"}, \"layers\": ["
                + "{\"type\": \"embedding\", \"entries\": " + entries + ", \"dimension\": 4}, {\"type\": \"flatten\"},"
                + "{\"type\": \"dense\", \"units\": 2}], \"training\": {\"epochs\": 20, \"batch\": 8,"
                + "\"optimizer\": {\"learning_rate\": 0.05}}}");
        return Trainer.train(
                description.resolve(words.shape()),
                TrainingSettings.parse(description.training()),
                words,
                report -> {},
                () -> false);
    }
}
