package io.mlaas.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.CertifiedTranslation;
import io.mlaas.onnx.CertifiedTranslation.Wishes;
import io.mlaas.onnx.InputShape;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TensorFacts;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with PyTorch over all inputs; how the archives are made: src/test/python/torch/several_inputs.py. */
class SeveralInputsTest {
    private static final Path TORCH =
            Path.of(System.getProperty("mlaas.home", "../..")).resolve("ml/onnx/src/test/resources/torch");

    private static OnnxTranslation translated(String file, TranslationOptions options) throws IOException {
        try (SourceModel model = new OnnxTranslator().open(TORCH.resolve(file))) {
            return model.translate(options);
        }
    }

    static ParityCertificate certified(String file, TranslationOptions options) throws IOException {
        Path path = TORCH.resolve(file);
        try (SourceModel model = new OnnxTranslator().open(path)) {
            OnnxTranslation translation = model.translate(options);
            Wishes wishes = new Wishes(options, false, Optional.empty(), Optional.empty());
            try (PyTorchReference pytorch = PyTorchReference.open(path, translation)) {
                return CertifiedTranslation.of(model, translation, Optional.of(pytorch), wishes, Clock.systemUTC())
                        .certificate();
            }
        } catch (ParityFailed e) {
            return e.certificate();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "two-towers-2.13.scripted.pt",
                "two-towers-2.13.traced.pt",
                "without-mask-2.13.scripted.pt",
                "cell-step-2.13.scripted.pt",
                "cell-step-2.13.traced.pt",
                "fused-2.13.scripted.pt"
            })
    void agreeWithPyTorch(String file) throws IOException {
        ParityCertificate certificate = certified(file, TranslationOptions.DEFAULT);
        assertThat(certificate.passed()).as(certificate.toJson()).isTrue();
        assertThat(certificate.inputs()).isGreaterThanOrEqualTo(1000);
    }

    @Test
    void areNamedByTheParametersAndHaveAxesOfTheirOwn() throws IOException {
        OnnxTranslation translation = translated("two-towers-2.13.scripted.pt", TranslationOptions.DEFAULT);
        assertThat(translation.inputs())
                .containsExactly(
                        new TensorFacts("query", "int64", List.of("batch", "words")),
                        new TensorFacts("document", "float32", List.of("batch", "length", "6")),
                        new TensorFacts("mask", "float32", List.of("batch", "length")));
        assertThat(translated("fused-2.13.scripted.pt", TranslationOptions.DEFAULT)
                        .inputs())
                .extracting(TensorFacts::name)
                .containsExactly("pyramid_0", "pyramid_1", "numbers.age", "numbers.income");
    }

    @Test
    void areGivenByTheCaller() throws IOException {
        TranslationOptions options = TranslationOptions.DEFAULT
                .withInputShape("query", InputShape.parse("4"))
                .withInputShape("document", InputShape.parse("rows:7,6"))
                .withInputShape("mask", InputShape.parse("rows:7"));
        assertThat(translated("two-towers-2.13.scripted.pt", options).inputs())
                .extracting(input -> input.shape().get(1))
                .containsExactly("4", "rows", "rows");
        assertThatThrownBy(() -> translated(
                        "two-towers-2.13.scripted.pt", options.withInputShape("other", InputShape.parse("4"))))
                .isInstanceOf(TranslationRefused.class)
                .hasMessageContaining(
                        "inputs [other] (expected: the parameters of forward, [query, document, mask, scale]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lstm-forecaster-2.13.exported.pt2",
                "gru-seq2-seq-2.13.exported.pt2",
                "ppo-policy-2.13.exported.pt2",
                "discrete-2.13.exported.pt2",
                "conv-vae-2.13.exported.pt2",
                "conv-vae-2.5.exported.pt2",
                "vision-transformer-2.5.exported.pt2"
            })
    void exportedProgramsAgreeWithPyTorchToo(String file) throws IOException {
        ParityCertificate certificate = certified(file, TranslationOptions.DEFAULT);
        assertThat(certificate.passed()).as(certificate.toJson()).isTrue();
    }

    /** Some of its outputs are longer on their first axis than the batch. */
    @Test
    void agreeWhereOutputsHaveNoBatch() throws IOException {
        ParityCertificate certificate = certified("products-2.13.traced.pt", TranslationOptions.DEFAULT);
        assertThat(certificate.passed()).as(certificate.toJson()).isTrue();
    }

    /** One of its outputs is squeezed of all axes of size 1, the batch among them where it is one. */
    @Test
    void areTranslatedForAFixedBatchWhereTheirAxesDependOnIt() throws IOException {
        TranslationOptions options = TranslationOptions.DEFAULT.withInputShape(4, 6);
        ParityCertificate certificate = certified("arranging-2.13.traced.pt", options);
        assertThat(certificate.passed()).isFalse();
        assertThat(certificate.worst().reference()).startsWith("shape ");
        ParityCertificate fixed = certified("arranging-2.13.traced.pt", options.withDynamicBatch(false));
        assertThat(fixed.passed()).as(fixed.toJson()).isTrue();
    }
}
