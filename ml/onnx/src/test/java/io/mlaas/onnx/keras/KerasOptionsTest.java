package io.mlaas.onnx.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.CertifiedTranslation;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.RecordedModel;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.quantize.QuantizedModel;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operator sets and 8-bit weights. */
class KerasOptionsTest {
    private static Path file(String name) {
        return RecordedModel.folder("keras").resolve(name + ".keras");
    }

    private static RecordedModel recorded(String name) throws IOException {
        return RecordedModel.read(RecordedModel.folder("keras").resolve(name + ".json"));
    }

    private static double distance(byte[] onnx, RecordedModel recorded) {
        try (OnnxModel model = OnnxModel.load(onnx)) {
            List<TypedTensor> found =
                    List.copyOf(model.run(recorded.inputs()).tensors().values());
            double worst = 0;
            for (int i = 0; i < found.size(); i++) {
                worst = Math.max(
                        worst, RecordedModel.distance(recorded.outputs().get(i), found.get(i)));
            }
            return worst;
        }
    }

    /** At the ends and where operators changed. */
    @ParameterizedTest
    @ValueSource(ints = {OnnxGraph.OLDEST_OPSET, 18, 20, OnnxGraph.NEWEST_OPSET})
    void writesEveryModelForEachVersion(int opset) throws IOException {
        for (String file : KerasFixturesTest.models().toList()) {
            String name = file.replace(".keras", "");
            OnnxTranslation translation =
                    new OnnxTranslator().translate(file(name), TranslationOptions.DEFAULT.withOpset(opset));
            assertThat(translation.opset()).isEqualTo(opset);
            assertThat(distance(translation.onnx().toArray(), recorded(name)))
                    .as(name)
                    .isLessThan(5e-6);
        }
    }

    @Test
    void quantisesTheWeightsOfEveryKindOfLayer() throws IOException {
        OnnxTranslation translation = new OnnxTranslator().translate(file("wide"), TranslationOptions.DEFAULT);
        QuantizedModel quantized = QuantizedModel.of(translation.onnx());
        assertThat(quantized.weights()).isEqualTo(14);
        assertThat(distance(quantized.onnx().toArray(), recorded("wide"))).isBetween(1e-6, 0.02);
    }

    @ParameterizedTest
    @ValueSource(ints = {OnnxGraph.OLDEST_OPSET, OnnxGraph.NEWEST_OPSET})
    void certifiesWhatTheSmallWeightsCost(int opset) throws IOException {
        CertifiedTranslation.Wishes wishes = new CertifiedTranslation.Wishes(
                TranslationOptions.DEFAULT.withOpset(opset), true, Optional.empty(), Optional.empty());
        try (SourceModel model = new OnnxTranslator().open(file("wide"))) {
            CertifiedTranslation certified =
                    CertifiedTranslation.of(model, Optional.empty(), wishes, Clock.systemUTC());
            ParityCertificate.Quantization cost = certified.certificate().quantization();
            assertThat(cost).isNotNull();
            assertThat(cost.meanRelativeError()).isBetween(1e-6, 0.05);
            assertThat(distance(certified.translation().onnx().toArray(), recorded("wide")))
                    .isLessThan(0.02);
        }
    }

    @Test
    void refusesSmallWeightsWhereThereIsNothingToMakeSmaller() throws IOException {
        CertifiedTranslation.Wishes wishes =
                new CertifiedTranslation.Wishes(TranslationOptions.DEFAULT, true, Optional.empty(), Optional.empty());
        try (SourceModel model = new OnnxTranslator().open(file("mlp"))) {
            assertThatThrownBy(() -> CertifiedTranslation.of(model, Optional.empty(), wishes, Clock.systemUTC()))
                    .isInstanceOf(TranslationRefused.class)
                    .hasMessageContaining("quantize: true (expected: false for a model without large weights");
        }
    }
}
