package io.mlaas.onnx.sklearn;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TensorFacts;
import io.mlaas.onnx.TranslationOptions;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeveralTargetsTest {
    private static OnnxTranslation translated(String name) throws IOException {
        RecordedModels recorded = RecordedModels.all()
                .filter(r -> r.toString().startsWith("1.9.1-several_" + name + "."))
                .findFirst()
                .orElseThrow();
        try (SklearnModel model = (SklearnModel) new SklearnFormat().read(recorded.file(), ReadLimits.DEFAULT)) {
            return model.translate(TranslationOptions.DEFAULT);
        }
    }

    private static List<String> outputs(OnnxTranslation translation) {
        return translation.outputs().stream().map(SeveralTargetsTest::told).toList();
    }

    private static String told(TensorFacts output) {
        return output.name() + " " + output.type() + " " + output.shape();
    }

    @Test
    void namesTheProbabilitiesOfEachTarget() throws IOException {
        assertThat(outputs(translated("multi_output")))
                .containsExactly(
                        "label int64 [batch, 2]",
                        "probabilities_0 float32 [batch, 2]",
                        "probabilities_1 float32 [batch, 3]");
        assertThat(outputs(translated("multi_output_words")).getFirst()).isEqualTo("label string [batch, 2]");
    }

    @Test
    void hasOneTableOfProbabilitiesWhereEachTargetIsThereOrNot() throws IOException {
        assertThat(outputs(translated("classifier_chain")))
                .containsExactly("label int64 [batch, 3]", "probabilities float32 [batch, 3]");
        assertThat(outputs(translated("rest_labels")))
                .containsExactly("label int64 [batch, 3]", "probabilities float32 [batch, 3]");
    }
}
