package io.mlaas.onnx.sklearn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.CertifiedTranslation;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options over the formats of this package and of trees. */
class SklearnOptionsTest {
    private static List<RecordedModels> current() throws IOException {
        return RecordedModels.all()
                .filter(r -> r.toString().startsWith("1.9.1") && !r.toString().contains("svc_probability"))
                .toList();
    }

    private static SklearnModel read(RecordedModels recorded) throws IOException {
        return (SklearnModel) new SklearnFormat().read(recorded.file(), ReadLimits.DEFAULT);
    }

    /** Each estimator for one version, and each version for many estimators. */
    @Test
    void writesEveryEstimatorForSomeVersionOfTheOperators() throws IOException {
        int versions = OnnxGraph.NEWEST_OPSET - OnnxGraph.OLDEST_OPSET + 1;
        int turn = 0;
        for (RecordedModels recorded : current()) {
            int opset = OnnxGraph.OLDEST_OPSET + turn++ % versions;
            try (SklearnModel model = read(recorded)) {
                OnnxTranslation translation = model.translate(TranslationOptions.DEFAULT.withOpset(opset));
                try (OnnxModel onnx = OnnxModel.load(translation.onnx().toArray())) {
                    assertThat(recorded.distance(onnx.run(recorded.inputs(model))))
                            .as("%s, opset %d", recorded, opset)
                            .isLessThan(2e-5);
                }
            }
        }
        assertThat(turn).isGreaterThan(10 * versions);
    }

    @Test
    void calculatesEveryEstimatorIn64BitsWhereAsked() throws IOException {
        for (RecordedModels recorded : current()) {
            try (SklearnModel model = read(recorded)) {
                OnnxTranslation translation = model.translate(TranslationOptions.DEFAULT.withFloat64(true));
                try (OnnxModel onnx = OnnxModel.load(translation.onnx().toArray())) {
                    assertThat(recorded.distance(onnx.run(wide(recorded.inputs(model)))))
                            .as("%s", recorded)
                            .isLessThan(recorded.toString().matches(".*(splines|process).*") ? 1e-7 : 1e-8);
                }
            }
        }
    }

    private static NamedTensors wide(NamedTensors inputs) {
        Map<String, TypedTensor> wide = new LinkedHashMap<>();
        inputs.tensors().forEach((name, t) -> wide.put(name, t.isText() ? t : t.as(ElementType.FLOAT64)));
        return new NamedTensors(wide);
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 17, 19, 21, 23, 26})
    void writesBoostedTreesForEachVersion(int opset) throws IOException {
        for (String file :
                List.of("xgb_categories.model.json", "lgb_categories.model.txt", "lgb_multiclass.model.txt")) {
            Path path = RecordedModels.folder().resolveSibling("trees").resolve(file);
            try (SourceModel model = new OnnxTranslator().open(path)) {
                OnnxTranslation translation = model.translate(TranslationOptions.DEFAULT.withOpset(opset));
                assertThat(translation.opset()).isEqualTo(opset);
                OnnxModel.load(translation.onnx().toArray()).close();
            }
        }
    }

    private static CertifiedTranslation quantized(SourceModel model) {
        return CertifiedTranslation.of(
                model,
                Optional.empty(),
                new CertifiedTranslation.Wishes(TranslationOptions.DEFAULT, true, Optional.empty(), Optional.empty()),
                Clock.systemUTC());
    }

    /** Thresholds and leaves are no weights of a matrix. */
    @ParameterizedTest
    @ValueSource(
            strings = {"trees/xgb_binary.model.json", "trees/lgb_binary.model.txt", "sklearn/1.9.1-logistic_2.pkl"})
    void refusesToQuantizeWhereThereAreNoLargeWeights(String file) throws IOException {
        Path folder = RecordedModels.folder().getParent();
        Path path = file.contains("logistic_2")
                ? RecordedModels.all()
                        .filter(r -> r.toString().startsWith("1.9.1-logistic_2"))
                        .findFirst()
                        .orElseThrow()
                        .file()
                : folder.resolve(file);
        try (SourceModel model = new OnnxTranslator().open(path)) {
            assertThatThrownBy(() -> quantized(model))
                    .isInstanceOf(TranslationRefused.class)
                    .hasMessageContaining("quantize: true");
        }
    }

    @Test
    void quantizesTheWeightsOfAWidePerceptronAndTellsWhatItCost() throws IOException {
        Path path = RecordedModels.folder().resolve("1.9.1-wide_perceptron.joblib");
        try (SourceModel model = new OnnxTranslator().open(path)) {
            ParityCertificate certificate = quantized(model).certificate();
            assertThat(certificate.passed()).isTrue();
            assertThat(certificate.quantization()).isNotNull();
            assertThat(certificate.quantization().weights()).isPositive();
            assertThat(certificate.quantization().meanRelativeError()).isBetween(1e-6, 0.05);
        }
    }
}
