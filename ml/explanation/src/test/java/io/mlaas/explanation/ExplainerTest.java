package io.mlaas.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mlaas.explanation.Attribution.Contribution;
import io.mlaas.neural.engine.TorchScriptRunner;
import io.mlaas.neural.network.Network;
import io.mlaas.neural.network.NetworkDescription;
import io.mlaas.neural.network.Weights;
import io.mlaas.neural.torchscript.ModelCard;
import io.mlaas.neural.torchscript.TorchScriptWriter;
import io.mlaas.onnx.graph.Attribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainerTest {
    private static final String FORECASTER = """
            {"input": {"shape": [12, 2]}, "layers": [
              {"type": "gru", "units": 8, "return": "sequence"}, {"type": "gru", "units": 8},
              {"type": "dense", "units": 8}, {"type": "relu"}, {"type": "dense", "units": 4}]}""";

    @TempDir
    Path folder;

    private Path archive(String json) throws IOException {
        NetworkDescription description = NetworkDescription.parse(json);
        Network network = description.resolve(null);
        ModelCard card = new ModelCard("test", "regression", "values", List.of(), 1, 0, description.sha256());
        Path file = folder.resolve("model.pt");
        TorchScriptWriter.write(network, Weights.initial(network, 3), card.toJson(network), file);
        return file;
    }

    private static double[][] samples(int count, int elements) {
        Random random = new Random(5);
        double[][] samples = new double[count][];
        for (int i = 0; i < count; i++) {
            samples[i] = random.doubles(elements, -1, 1).map(v -> (float) v).toArray();
        }
        return samples;
    }

    @ParameterizedTest
    @ValueSource(strings = {FORECASTER, """
                {"input": {"shape": [9, 3]}, "layers": [
                  {"type": "lstm", "units": 5, "layers": 2, "bidirectional": true}, {"type": "dense", "units": 3},
                  {"type": "softmax"}]}""", """
                {"input": {"shape": [2, 9, 9]}, "layers": [
                  {"type": "conv2d", "filters": 4, "kernel": 3, "padding": 1}, {"type": "batch_norm"}, {"type": "elu"},
                  {"type": "max_pool2d", "kernel": 2}, {"type": "conv2d", "filters": 4, "kernel": 3, "stride": 2},
                  {"type": "gelu"}, {"type": "flatten"}, {"type": "dropout", "rate": 0.5}, {"type": "dense", "units": 3},
                  {"type": "log_softmax"}]}""", """
                {"input": {"shape": [3, 16]}, "layers": [
                  {"type": "conv1d", "filters": 4, "kernel": 3, "padding": 1}, {"type": "silu"},
                  {"type": "avg_pool1d", "kernel": 2}, {"type": "transpose"}, {"type": "dense", "units": 4},
                  {"type": "softplus"}, {"type": "leaky_relu"}, {"type": "flatten"}, {"type": "dense", "units": 2},
                  {"type": "sigmoid"}]}"""})
    void explainsWhatTheTrainerWritesAndSaysTheSameAsItsEngine(String description) throws IOException {
        Path file = archive(description);
        Explainer explainer = Explainer.ofTorchScript(file);
        int[] shape =
                NetworkDescription.parse(description).resolve(null).input().toArray();
        double[][] x = samples(2, WindowPlaces.size(shape));
        List<Explanation> rescale = explainer.explain(x, Settings.DEFAULT);
        List<Explanation> reveal = explainer.explain(x, Settings.DEFAULT.withMethod(Method.revealCancel()));
        List<Explanation> integrated = explainer.explain(x, Settings.DEFAULT.withMethod(Method.integratedGradients()));
        for (int i = 0; i < x.length; i++) {
            assertThat(rescale.get(i).attributions())
                    .allSatisfy(a -> assertThat(a.delta()).isCloseTo(0, within(1e-12)));
            assertThat(reveal.get(i).attributions())
                    .allSatisfy(a -> assertThat(a.delta()).isCloseTo(0, within(1e-12)));
            assertThat(integrated.get(i).attributions())
                    .allSatisfy(a -> assertThat(a.delta()).isCloseTo(0, within(0.01)));
        }
        assertSameAsEngine(file, x[0], rescale.getFirst().prediction(), shape);
    }

    private static void assertSameAsEngine(Path file, double[] x, double[] prediction, int... shape)
            throws IOException {
        float[] narrow = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            narrow[i] = (float) x[i];
        }
        try (TorchScriptRunner engine = TorchScriptRunner.load(file)) {
            float[] y = engine.run(
                    narrow, Arrays.stream(Walks.batch(1, shape)).asLongStream().toArray());
            assertThat(prediction).hasSize(y.length);
            for (int i = 0; i < y.length; i++) {
                assertThat(prediction[i]).isCloseTo(y[i], within(2e-6));
            }
        }
    }

    @Test
    void sumsUpWhatSpeaksForAndAgainstEachStepAndFeature() throws IOException {
        Explainer explainer = Explainer.ofTorchScript(archive(FORECASTER));
        Attribution attribution = explainer
                .explain(samples(1, 24), Settings.DEFAULT.withTarget(Target.of(2)))
                .getFirst()
                .attributions()
                .getFirst();
        assertThat(attribution.output()).isEqualTo(2);
        List<Contribution> steps = attribution.along(0);
        List<Contribution> features = attribution.along(1);
        assertThat(steps).hasSize(12);
        assertThat(features).hasSize(2);
        for (List<Contribution> sums : List.of(steps, features)) {
            assertThat(sums.stream()
                            .mapToDouble(c -> c.positive() + c.negative())
                            .sum())
                    .isCloseTo(attribution.sum(), within(1e-14));
            assertThat(sums).allMatch(c -> c.positive() >= 0 && c.negative() <= 0);
        }
        assertThat(attribution.positive()[3] + attribution.negative()[3])
                .isEqualTo(attribution.contributions()[3]);
        assertThatThrownBy(() -> attribution.along(2)).hasMessage("axis: 2 (expected: 0 to 1)");
    }

    @Test
    void choosesTargetsAndReferences() throws IOException {
        Explainer explainer = Explainer.ofTorchScript(archive(FORECASTER));
        double[][] x = samples(3, 24);
        assertThat(explainer.explain(x, Settings.DEFAULT).getFirst().attributions())
                .hasSize(4);
        for (Explanation explanation : explainer.explain(x, Settings.DEFAULT.withTarget(Target.largest()))) {
            double largest = Arrays.stream(explanation.prediction()).max().orElseThrow();
            int output = explanation.attributions().getFirst().output();
            assertThat(explanation.prediction()[output]).isEqualTo(largest);
        }
        Settings mean = Settings.DEFAULT.withReference(Reference.mean(x));
        double[] atMean = new double[24];
        for (double[] sample : x) {
            Arrays.setAll(atMean, i -> atMean[i] + sample[i] / 3);
        }
        assertThat(explainer.explain(x, mean).get(1).atReference())
                .containsExactly(explainer.predict(new double[][] {atMean}, 12, 2)[0], within(1e-15));
        assertThatThrownBy(() -> explainer.explain(x, Settings.DEFAULT.withTarget(Target.of(4))))
                .hasMessage("target: [4] (expected: outputs from 0 to 3)");
        assertThatThrownBy(() -> explainer.explain(x, Settings.DEFAULT.withReference(Reference.of(x[0], x[1]))))
                .hasMessage("reference: 2 samples (expected: 1, or 3 as there are inputs)");
        assertThatThrownBy(() -> explainer.explain(x, Settings.DEFAULT.withReference(Reference.of(new double[3]))))
                .hasMessage("reference: 3 elements (expected: 24, as the input has)");
    }

    @Test
    void refusesInputsThatDoNotFit() throws IOException {
        Explainer explainer = Explainer.ofTorchScript(archive(FORECASTER));
        assertThatThrownBy(() -> explainer.explain(samples(1, 23), Settings.DEFAULT, 12, 2))
                .isInstanceOf(ExplanationRefused.class)
                .hasMessage("input: 23 elements (expected: 24, for a sample of shape [12, 2])");
        assertThatThrownBy(() -> explainer.explain(samples(1, 24), Settings.DEFAULT, 8, 3))
                .hasMessage("input: shape [8, 3] of a sample (expected: [12, 2])");
        double[][] broken = samples(1, 24);
        broken[0][7] = Double.NaN;
        assertThatThrownBy(() -> explainer.explain(broken, Settings.DEFAULT, 12, 2))
                .hasMessage("input: NaN or infinity (expected: finite numbers)");
        assertThat(explainer.explain(new double[0][], Settings.DEFAULT, 12, 2)).isEmpty();
    }

    @Test
    void namesOperatorsWithoutARuleBeforeAnythingIsCalculated() {
        assertThatThrownBy(() -> Graphs.explainer((g, x) -> g.node("Det", g.node("Floor", x)), 3, 3))
                .isInstanceOf(ExplanationRefused.class)
                .hasMessageStartingWith("operators without a rule: Floor at Floor (its input 0 depends on the model's "
                        + "input), Det at Det (expected: ");
        assertThatThrownBy(() -> Graphs.explainer(
                        (g, x) -> g.node("Gather", List.of(g.random(1, 4, 2), x), Attribute.of("axis", 0)), 3))
                .hasMessageContaining("Gather at Gather (its input 1 depends on the model's input)");
    }

    @Test
    void dividesBatchesThatWouldNeedTooMuchMemory() throws IOException {
        Explainer explainer = Explainer.ofTorchScript(archive(FORECASTER));
        double[][] x = samples(7, 24);
        for (Method method : List.of(Method.deepLift(), Method.integratedGradients())) {
            Settings settings = Settings.DEFAULT.withMethod(method);
            List<double[]> whole = contributions(explainer.explain(x, settings));
            List<double[]> divided = contributions(explainer.explain(x, settings.withMostNumbers(60_000)));
            for (int i = 0; i < whole.size(); i++) {
                assertThat(divided.get(i)).containsExactly(whole.get(i), within(1e-15));
            }
        }
        assertThatThrownBy(() -> explainer.explain(x, Settings.DEFAULT.withMostNumbers(1000)))
                .hasMessageStartingWith("memory: a sample needs more than 1000 numbers (expected: ");
    }

    private static List<double[]> contributions(List<Explanation> explanations) {
        List<double[]> all = new ArrayList<>();
        explanations.forEach(e -> e.attributions().forEach(a -> all.add(a.contributions())));
        return all;
    }

    @Test
    void refusesAFileThatIsNoArchive() throws IOException {
        Path file = Files.writeString(folder.resolve("text"), "no archive");
        assertThatThrownBy(() -> Explainer.ofTorchScript(file)).hasMessageContaining("expected: a zip archive");
    }
}
