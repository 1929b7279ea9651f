package io.mlaas.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.parity.ParityCertificate;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PyTorch's models in 64-bit floats, compared with PyTorch in 64-bit floats. */
class WideFloatsTest {
    private static final TranslationOptions FLOAT64 = TranslationOptions.DEFAULT.withFloat64(true);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lstm-cells-2.13.scripted.pt",
                "nbeats-2.13.scripted.pt",
                "seq2-seq-transformer-2.13.scripted.pt",
                "two-towers-2.13.traced.pt",
                "ppo-policy-2.13.exported.pt2"
            })
    void agreeWithPyTorchBeyond32BitFloats(String file) throws IOException {
        ParityCertificate certificate = SeveralInputsTest.certified(file, FLOAT64);
        assertThat(certificate.passed()).as(certificate.toJson()).isTrue();
        assertThat(certificate.maxRelativeError()).isLessThan(1e-11);
    }

    /** ONNX allows it, the runtime has no such kernels. */
    @ParameterizedTest
    @ValueSource(strings = {"gru-seq2-seq-2.13.scripted.pt", "dqn-2.13.scripted.pt"})
    void areRefusedWhereTheRuntimeHasOnly32Bits(String file) {
        assertThatThrownBy(() -> SeveralInputsTest.certified(file, FLOAT64)).isInstanceOf(TranslationRefused.class);
    }
}
