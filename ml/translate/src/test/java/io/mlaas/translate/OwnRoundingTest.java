package io.mlaas.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityFailed;
import io.mlaas.onnx.parity.ParityPlan;
import io.mlaas.onnx.parity.WideReference;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Normalisations of constant fields: PyTorch in 32-bit floats is off there too, as PyTorch in 64 bits tells. */
class OwnRoundingTest {
    private static final Path TORCH =
            Path.of(System.getProperty("mlaas.home", "../..")).resolve("ml/onnx/src/test/resources/torch");
    private static final ParityPlan PLAN = new ParityPlan(1, 30, List.of(1, 4), Optional.empty(), 1e-5, 1e-4, false);

    private static ParityCertificate certify(String file, Consumer<GraphProto.Builder> change) throws IOException {
        Path path = TORCH.resolve(file);
        try (SourceModel model = new OnnxTranslator().open(path)) {
            OnnxTranslation right = model.translate(TranslationOptions.DEFAULT);
            ModelProto.Builder changed = right.onnx().model().toBuilder();
            change.accept(changed.getGraphBuilder());
            OnnxTranslation wide = model.translate(TranslationOptions.DEFAULT.withFloat64(true));
            try (PyTorchReference pytorch = PyTorchReference.open(path, right);
                    WideReference<PyTorchReference> both =
                            new WideReference<>(pytorch, () -> PyTorchReference.open(path, wide))) {
                return new ParityCheck(PLAN, Clock.systemUTC())
                        .certify(right.withOnnx(changed.build().toByteArray()), both);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"norms-2.13.traced.pt", "conv3d-net-2.13.scripted.pt"})
    void widensTheToleranceWhereTheSourceItselfIsOff(String file) throws IOException {
        ParityCertificate certificate = certify(file, graph -> {});
        assertThat(certificate.passed()).isTrue();
        assertThat(certificate.explained()).isNotNull().satisfies(explained -> {
            assertThat(explained.widenedInputs()).isBetween(1, 50);
            assertThat(explained.referenceError()).isBetween(1e-6, 1e-4);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"norms-2.13.traced.pt", "conv3d-net-2.13.scripted.pt"})
    void aWrongEpsilonFails(String file) {
        assertThatThrownBy(() -> certify(file, graph -> graph.getNodeBuilderList().stream()
                        .filter(node -> node.getOpType().equals("InstanceNormalization"))
                        .flatMap(node -> node.getAttributeBuilderList().stream())
                        .filter(attribute -> attribute.getName().equals("epsilon"))
                        .forEach(attribute -> attribute.setF(1e-3f))))
                .isInstanceOf(ParityFailed.class);
    }

    @Test
    void aForgottenBiasFails() {
        assertThatThrownBy(() -> certify("conv3d-net-2.13.scripted.pt", graph -> {
                    NodeProto convolution = graph.getNodeList().stream()
                            .filter(node -> node.getOpType().equals("Conv"))
                            .findFirst()
                            .orElseThrow();
                    graph.getInitializerBuilderList().stream()
                            .filter(tensor -> tensor.getName().equals(convolution.getInput(2)))
                            .forEach(tensor -> tensor.setRawData(ByteString.copyFrom(
                                    new byte[tensor.getRawData().size()])));
                }))
                .isInstanceOf(ParityFailed.class);
    }
}
