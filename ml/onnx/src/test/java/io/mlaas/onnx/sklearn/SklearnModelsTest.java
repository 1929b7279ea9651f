package io.mlaas.onnx.sklearn;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityPlan;
import io.mlaas.onnx.runtime.OnnxModel;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SklearnModelsTest {
    /** libsvm stops its iteration for probabilities early, and where it stops hangs on the last bits. */
    private static final double COUPLED = 5e-3;

    static Stream<RecordedModels> models() throws IOException {
        return RecordedModels.all();
    }

    @ParameterizedTest
    @MethodSource("models")
    void answersAsScikitLearnDidAndPassesTheComparison(RecordedModels recorded) throws IOException {
        try (SklearnModel model = (SklearnModel) new SklearnFormat().read(recorded.file(), ReadLimits.DEFAULT)) {
            boolean coupled = recorded.toString().contains("svc_probability_3");
            assertThat(recorded.distance(model.reference().orElseThrow().run(recorded.inputs(model))))
                    .as("evaluator")
                    .isLessThan(
                            coupled
                                    ? COUPLED
                                    : recorded.toString().contains("svc_probability")
                                            ? 1e-6
                                            : recorded.toString().contains("splines") ? 1e-7 : 1e-9);
            OnnxTranslation translation = model.translate(TranslationOptions.DEFAULT);
            try (OnnxModel onnx = OnnxModel.load(translation.onnx().toArray())) {
                assertThat(recorded.distance(onnx.run(recorded.inputs(model))))
                        .as("ONNX")
                        .isLessThan(coupled ? COUPLED : 2e-5);
            }
            assertThat(model.unsupported()).isEmpty();
            if (recorded.toString().startsWith("1.9.1") && !recorded.toString().contains("svc_probability")) {
                ParityPlan plan = new ParityPlan(3L, 24, List.of(1, 23), Optional.empty(), 1e-5, 1e-4, false);
                assertThat(new ParityCheck(plan, Clock.systemUTC())
                                .certify(
                                        translation,
                                        model.reference().orElseThrow(),
                                        new ParityCheck.Extras(
                                                model.boundaryInputs(), Optional.empty(), Optional.empty()))
                                .passed())
                        .isTrue();
            }
        }
    }
}
