package io.mlaas.onnx.keras;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.RecordedModel;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityPlan;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models saved by Keras 3.15.1 with the outputs it computed; see {@code src/test/python/keras/make_fixtures.py}. */
class KerasFixturesTest {
    private static final ParityPlan SMALL = new ParityPlan(7, 24, List.of(1, 3), Optional.empty(), 1e-5, 1e-4, false);

    static Stream<String> models() throws IOException {
        try (Stream<Path> files = Files.list(RecordedModel.folder("keras"))) {
            return files
                    .map(f -> f.getFileName().toString())
                    .filter(f -> f.endsWith(".keras"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void computesWhatKerasComputed(String name) throws IOException {
        Path file = RecordedModel.folder("keras").resolve(name);
        RecordedModel recorded = RecordedModel.read(file.resolveSibling(name.replace(".keras", ".json")));
        try (SourceModel model = new OnnxTranslator().open(file)) {
            assertThat(model.unsupported()).isEmpty();
            OnnxTranslation translation = model.translate(TranslationOptions.DEFAULT);
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
        List<TypedTensor> outputs = new ArrayList<>(found.tensors().values());
        assertThat(outputs).hasSameSizeAs(recorded.outputs());
        for (int i = 0; i < outputs.size(); i++) {
            assertThat(RecordedModel.distance(recorded.outputs().get(i), outputs.get(i)))
                    .as("output %d", i)
                    .isLessThan(5e-6);
        }
    }

    @Test
    void namesTheSourceAndGivesEqualBytesForEqualFiles() throws IOException {
        Path file = RecordedModel.folder("keras").resolve("transformer-encoder.keras");
        OnnxTranslation once = new OnnxTranslator().translate(file, TranslationOptions.DEFAULT);
        OnnxTranslation again = new OnnxTranslator().translate(file, TranslationOptions.DEFAULT);
        assertThat(once.onnx()).isEqualTo(again.onnx());
        assertThat(once.source().framework()).isEqualTo("Keras");
        assertThat(once.source().frameworkVersion()).isEqualTo("3.15.1");
        assertThat(once.inputs().stream().map(i -> i.name() + i.shape()))
                .containsExactly("ids[batch, 6]", "positions[batch, 6]");
        assertThat(once.operators()).containsEntry("MultiHeadAttention", 2);
    }

    @Test
    void squaresWithAProduct() throws IOException {
        Path file = RecordedModel.folder("keras").resolve("operators.keras");
        OnnxTranslation translation = new OnnxTranslator().translate(file, TranslationOptions.DEFAULT);
        assertThat(translation.operators()).containsEntry("ops.Power", 1);
        assertThat(translation.onnx().model().getGraph().getNodeList())
                .extracting(NodeProto::getOpType)
                .contains("Mul")
                .doesNotContain("Pow");
    }
}
