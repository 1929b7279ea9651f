package io.mlaas.onnx.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlaas.onnx.CertifiedTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.RecordedModel;
import io.mlaas.onnx.SourceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorFlowReferenceTest {
    static boolean isThere() {
        return SavedFolder.isReadable();
    }

    private static SourceModel open(String name) throws IOException {
        Path folder = RecordedModel.folder("tensorflow");
        return new OnnxTranslator().open(folder.resolve(name));
    }

    /** With {@code -Ptensorflow}. */
    @EnabledIf("isThere")
    @ParameterizedTest
    @ValueSource(strings = {"lstm-gru.zip", "operators.zip", "while-loop.zip", "transformer.zip", "attention-mask.zip"})
    void judgesByTensorFlowWhereItIsThere(String name) throws IOException {
        try (SourceModel model = open(name)) {
            CertifiedTranslation certified = CertifiedTranslation.of(
                    model, Optional.empty(), CertifiedTranslation.Wishes.PLAIN, Clock.systemUTC());
            assertThat(certified.certificate().passed()).isTrue();
            assertThat(model.reference().orElseThrow().engine()).startsWith("TensorFlow 2.");
        }
    }

    @DisabledIf("isThere")
    @ParameterizedTest
    @ValueSource(strings = {"lstm-gru.zip", "while-loop.zip"})
    void judgesByTheEvaluatorElse(String name) throws IOException {
        try (SourceModel model = open(name)) {
            CertifiedTranslation certified = CertifiedTranslation.of(
                    model, Optional.empty(), CertifiedTranslation.Wishes.PLAIN, Clock.systemUTC());
            assertThat(certified.certificate().passed()).isTrue();
            assertThat(model.reference().orElseThrow().engine())
                    .isEqualTo("mlaas float64 evaluator of TensorFlow graphs");
        }
    }

    @Test
    void neverRunsAGraphThatWritesFiles() throws IOException {
        try (SourceModel model = open("writes-file.zip")) {
            assertThat(((SavedModel) model).onlyCalculates()).isFalse();
            assertThat(model.reference().orElseThrow().engine()).startsWith("mlaas");
        }
        try (SourceModel model = open("lstm-gru.zip")) {
            assertThat(((SavedModel) model).onlyCalculates()).isTrue();
        }
    }
}
