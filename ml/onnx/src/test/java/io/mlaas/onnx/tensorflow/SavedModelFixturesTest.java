package io.mlaas.onnx.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.CertifiedTranslation;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.RecordedModel;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.quantize.QuantizedModel;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models saved by TensorFlow 2.21.0 with the outputs it computed; see {@code src/test/python/tensorflow}. */
class SavedModelFixturesTest {
    @TempDir
    Path folder;

    static Stream<String> models() throws IOException {
        try (Stream<Path> files = Files.list(RecordedModel.folder("tensorflow"))) {
            return files
                    .map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".zip"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void computesWhatTensorFlowComputed(String name) throws IOException {
        Path file = RecordedModel.folder("tensorflow").resolve(name);
        RecordedModel recorded = RecordedModel.read(file.resolveSibling(name.replace(".zip", ".json")));
        try (SourceModel model = new OnnxTranslator().open(file)) {
            OnnxTranslation translation = model.translate(TranslationOptions.DEFAULT);
            assertThat(translation.source().frameworkVersion()).isEqualTo("2.21.0");
            assertNear(((SavedModel) model).evaluator().run(recorded.inputs()), recorded);
            try (OnnxModel onnx = OnnxModel.load(translation.onnx().toArray())) {
                assertNear(onnx.run(recorded.inputs()), recorded);
            }
        }
    }

    /** At the ends and where operators changed. */
    @ParameterizedTest
    @ValueSource(ints = {OnnxGraph.OLDEST_OPSET, 18, 20, OnnxGraph.NEWEST_OPSET})
    void writesEveryModelForEachVersion(int opset) throws IOException {
        for (String name : models().toList()) {
            Path file = RecordedModel.folder("tensorflow").resolve(name);
            RecordedModel recorded = RecordedModel.read(file.resolveSibling(name.replace(".zip", ".json")));
            OnnxTranslation translation =
                    new OnnxTranslator().translate(file, TranslationOptions.DEFAULT.withOpset(opset));
            try (OnnxModel onnx = OnnxModel.load(translation.onnx().toArray())) {
                assertNear(onnx.run(recorded.inputs()), recorded);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lstm-gru.zip", "mlp.zip", "stacked-cells.zip"})
    void calculatesIn64BitFloats(String name) throws IOException {
        Path file = RecordedModel.folder("tensorflow").resolve(name);
        RecordedModel recorded = RecordedModel.read(file.resolveSibling(name.replace(".zip", ".json")));
        NamedTensors wide = NamedTensors.of("x", recorded.inputs().get("x").as(ElementType.FLOAT64));
        try (SourceModel model = new OnnxTranslator().open(file)) {
            OnnxTranslation translation = model.translate(TranslationOptions.DEFAULT.withFloat64(true));
            NamedTensors expected = ((SavedModel) model).evaluator().run(wide);
            try (OnnxModel onnx = OnnxModel.load(translation.onnx().toArray())) {
                NamedTensors found = onnx.run(wide);
                expected.tensors().forEach((key, tensor) -> assertThat(RecordedModel.distance(tensor, found.get(key)))
                        .as(key)
                        .isLessThan(1e-12));
            }
        }
    }

    @Test
    void certifiesWhatSmallWeightsCost() throws IOException {
        CertifiedTranslation.Wishes wishes = new CertifiedTranslation.Wishes(
                TranslationOptions.DEFAULT.withOpset(OnnxGraph.NEWEST_OPSET), true, Optional.empty(), Optional.empty());
        Path file = RecordedModel.folder("tensorflow").resolve("wide-lstm.zip");
        try (SourceModel model = new OnnxTranslator().open(file)) {
            ParityCertificate certificate = CertifiedTranslation.of(model, Optional.empty(), wishes, Clock.systemUTC())
                    .certificate();
            assertThat(certificate.passed()).isTrue();
            assertThat(certificate.quantization()).isNotNull();
            assertThat(certificate.quantization().meanRelativeError()).isBetween(1e-7, 0.05);
        }
    }

    /** TensorFlow has no outputs for a batch that is longer than the series, which has 16 steps. */
    @Test
    void comparesTheBatchesThatTheSourceAccepts() throws IOException {
        Path file = RecordedModel.folder("tensorflow").resolve("distributed-open.zip");
        try (SourceModel model = new OnnxTranslator().open(file)) {
            ParityCertificate certificate = CertifiedTranslation.of(
                            model, Optional.empty(), CertifiedTranslation.Wishes.PLAIN, Clock.systemUTC())
                    .certificate();
            assertThat(certificate.batchSizes()).containsExactly(1, 2, 7);
            assertThat(certificate.inputs()).isGreaterThan(1000);
        }
    }

    /** Weights inside of loops are quantised like others. */
    @Test
    void quantisesWeightsInsideOfLoops() throws IOException {
        Path file = RecordedModel.folder("tensorflow").resolve("wide-lstm.zip");
        RecordedModel recorded = RecordedModel.read(file.resolveSibling("wide-lstm.json"));
        OnnxTranslation translation = new OnnxTranslator().translate(file, TranslationOptions.DEFAULT);
        QuantizedModel quantized = QuantizedModel.of(translation.onnx());
        assertThat(quantized.weights()).isEqualTo(2);
        try (OnnxModel onnx = OnnxModel.load(quantized.onnx().toArray())) {
            assertThat(RecordedModel.distance(
                            recorded.outputs().getFirst(),
                            onnx.run(recorded.inputs())
                                    .tensors()
                                    .values()
                                    .iterator()
                                    .next()))
                    .isBetween(1e-7, 0.03);
        }
    }

    private static void assertNear(NamedTensors found, RecordedModel recorded) {
        List<TypedTensor> outputs = new ArrayList<>(found.tensors().values());
        assertThat(outputs).hasSameSizeAs(recorded.outputs());
        for (int i = 0; i < outputs.size(); i++) {
            assertThat(RecordedModel.distance(recorded.outputs().get(i), outputs.get(i)))
                    .as("output %d", i)
                    .isLessThan(5e-6);
        }
    }

    @Test
    void readsAFolderLikeItsZip() throws IOException {
        Path zip = RecordedModel.folder("tensorflow").resolve("mlp.zip");
        unpack(zip);
        OnnxTranslation fromFolder = new OnnxTranslator().translate(folder, TranslationOptions.DEFAULT);
        OnnxTranslation fromZip = new OnnxTranslator().translate(zip, TranslationOptions.DEFAULT);
        assertThat(fromFolder.operators()).isEqualTo(fromZip.operators());
        assertThat(fromFolder.inputs()).isEqualTo(fromZip.inputs());
    }

    @Test
    void refusesVariablesThatAreCutOff() throws IOException {
        unpack(RecordedModel.folder("tensorflow").resolve("mlp.zip"));
        Path data = folder.resolve("variables/variables.data-00000-of-00001");
        Files.write(data, java.util.Arrays.copyOf(Files.readAllBytes(data), 40));
        assertThatThrownBy(() -> new OnnxTranslator().open(folder))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining("lies outside of variables.data-00000-of-00001");
    }

    @Test
    void endsInARefusalForMutatedGraphs() throws IOException {
        unpack(RecordedModel.folder("tensorflow").resolve("function.zip"));
        Path graph = folder.resolve("saved_model.pb");
        byte[] whole = Files.readAllBytes(graph);
        Random random = new Random(3);
        for (int round = 0; round < 150; round++) {
            byte[] changed = whole.clone();
            for (int i = 0; i <= round % 6; i++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            Files.write(graph, changed);
            try (SourceModel model = new OnnxTranslator().open(folder)) {
                model.translate(TranslationOptions.DEFAULT);
            } catch (TranslationRefused e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    private void unpack(Path zip) throws IOException {
        try (ZipFile source = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : source.stream().toList()) {
                Path target = folder.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                Files.write(target, source.getInputStream(entry).readAllBytes());
            }
        }
    }
}
