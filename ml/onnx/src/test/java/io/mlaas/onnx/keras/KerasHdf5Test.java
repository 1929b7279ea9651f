package io.mlaas.onnx.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.RecordedModel;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityPlan;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models saved by Keras 3.15.1 and 2.21.0; see {@code src/test/python/keras/make_hdf5_fixtures.py}. */
class KerasHdf5Test {
    private static final ParityPlan SMALL = new ParityPlan(7, 24, List.of(1, 3), Optional.empty(), 1e-5, 1e-4, false);

    @TempDir
    static Path folder;

    @BeforeAll
    static void unpacks() throws IOException {
        try (ZipFile zip = new ZipFile(
                RecordedModel.folder("keras-hdf5").resolve("models.zip").toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                Files.write(
                        folder.resolve(entry.getName()),
                        zip.getInputStream(entry).readAllBytes());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mlp, 3.15.1", "cnn, 3.15.1", "recurrent, 3.15.1", "masked, 3.15.1", "attention, 3.15.1", "nested, 3.15.1",
        "mlp, 2.21.0", "cnn, 2.21.0", "recurrent, 2.21.0", "masked, 2.21.0", "attention, 2.21.0", "nested, 2.21.0",
        "steeper, 2.21.0", "functions, 2.21.0"
    })
    void computesWhatKerasComputed(String name, String version) throws IOException {
        Path file = folder.resolve(name + "-" + version + ".h5");
        RecordedModel recorded = RecordedModel.read(folder.resolve(name + "-" + version + ".json"));
        try (SourceModel model = new OnnxTranslator().open(file)) {
            assertThat(model.unsupported()).isEmpty();
            OnnxTranslation translation = model.translate(TranslationOptions.DEFAULT);
            assertThat(translation.sourceFormat()).startsWith("keras-hdf5 ");
            assertThat(translation.source().frameworkVersion()).isEqualTo(version);
            assertNear(model.reference().orElseThrow().run(recorded.inputs()), recorded);
            try (OnnxModel onnx = OnnxModel.load(translation.onnx().toArray())) {
                assertNear(onnx.run(recorded.inputs()), recorded);
            }
            assertThat(new ParityCheck(SMALL, Clock.systemUTC())
                            .certify(translation, model.reference().orElseThrow())
                            .passed())
                    .isTrue();
        }
    }

    private static void assertNear(NamedTensors found, RecordedModel recorded) {
        List<TypedTensor> outputs = List.copyOf(found.tensors().values());
        assertThat(outputs).hasSameSizeAs(recorded.outputs());
        for (int i = 0; i < outputs.size(); i++) {
            assertThat(RecordedModel.distance(recorded.outputs().get(i), outputs.get(i)))
                    .as("output %d", i)
                    .isLessThan(5e-6);
        }
    }

    /** A fixture with some text in it changed for another that is not longer. */
    private static Path changed(String name, String text, String other) throws IOException {
        String content = Files.readString(folder.resolve(name), StandardCharsets.ISO_8859_1);
        assertThat(content).contains(text);
        String padded = other + " ".repeat(text.length() - other.length());
        Path target = folder.resolve("changed.h5");
        return Files.writeString(target, content.replace(text, padded), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "mlp-3.15.1.h5, '\"class_name\": \"LeakyReLU\"', '\"class_name\": \"Lambda\"', 'a Lambda layer holds Python'",
                "mlp-3.15.1.h5, '\"class_name\": \"LeakyReLU\"', '\"class_name\": \"Mine>ReLU\"', 'custom class Mine>ReLU'",
                "mlp-2.21.0.h5, '\"class_name\": \"LeakyReLU\"', '\"class_name\": \"Unheard\"', 'Unheard is not translated'",
                "nested-2.21.0.h5, '\"function\": \"math.multiply\"', '\"function\": \"linalg.cross\"', 'TFOpLambda is not'",
                "functions-2.21.0.h5, '\"clip_value_max\": 0.5', '\"clip_value_mux\": 0.5', 'argument clip_value_mux'",
                "mlp-2.21.0.h5, 'model_config', 'model_confix', 'without model_config'",
                "mlp-2.21.0.h5, 'batch_normalization/gamma:0', 'batch_normalization/gemma:0', 'is missing'",
                "mlp-2.21.0.h5, '2.21.0', '1.21.0', 'keras_version: 1.21.0 (expected: 2 or 3)'"
            })
    void refusesByName(String file, String text, String other, String message) throws IOException {
        Path changed = changed(file, text, other);
        assertThatThrownBy(() -> new OnnxTranslator().translate(changed, TranslationOptions.DEFAULT))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining(message);
    }

    @Test
    void endsInARefusalForMutatedFiles() throws IOException {
        Random random = new Random(5);
        byte[] whole = Files.readAllBytes(folder.resolve("nested-2.21.0.h5"));
        for (int round = 0; round < 80; round++) {
            byte[] bytes = whole.clone();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                bytes[random.nextInt(round % 2 == 0 ? bytes.length : 4096)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("mutated-" + round + ".h5"), bytes);
            try {
                new KerasHdf5Format().read(file, ReadLimits.DEFAULT).translate(TranslationOptions.DEFAULT);
            } catch (TranslationRefused e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
