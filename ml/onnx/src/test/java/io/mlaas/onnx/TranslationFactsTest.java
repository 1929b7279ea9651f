package io.mlaas.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.onnx.runtime.Batch;
import io.mlaas.onnx.runtime.OnnxModel;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TranslationFactsTest {
    private final TorchScriptTranslator translator = new TorchScriptTranslator();

    private static ModelProto proto(OnnxTranslation translation) throws InvalidProtocolBufferException {
        return ModelProto.parseFrom(translation.onnx().toArray());
    }

    @Test
    void namesInputOutputAndBatch() {
        OnnxTranslation translation = translator.translate(Fixtures.bytes("cnn-batch-norm.traced.pt"));
        assertThat(translation.inputs())
                .containsExactly(new TensorFacts("x", "float32", java.util.List.of("batch", "1", "8", "8")));
        assertThat(translation.outputs())
                .containsExactly(new TensorFacts("y", "float32", java.util.List.of("batch", "3")));
        assertThat(translation.operators())
                .containsEntry("torch._convolution", 2)
                .containsEntry("torch.batch_norm", 2);
        assertThat(translation.warnings()).isEmpty();
        try (OnnxModel model = OnnxModel.load(translation.onnx().toArray())) {
            assertThat(model.inputs()).isEqualTo(translation.inputs());
            assertThat(model.outputs()).isEqualTo(translation.outputs());
        }
    }

    @Test
    void keepsTheNamesOfTheStateDict() throws InvalidProtocolBufferException {
        ModelProto scripted = proto(translator.translate(Fixtures.bytes("cnn-batch-norm.scripted.pt")));
        assertThat(scripted.getGraph().getInitializerList())
                .extracting(TensorProto::getName)
                .contains("conv1.weight", "conv1.bias", "bn1.running_mean", "fc.weight");
        assertThat(scripted.getGraph().getNodeList())
                .extracting(NodeProto::getName)
                .contains("conv1/Conv", "bn1/BatchNormalization", "fc/Gemm");
    }

    @Test
    void leavesNothingOfDropoutAndIdentity() throws InvalidProtocolBufferException {
        ModelProto proto = proto(translator.translate(Fixtures.bytes("mlp.scripted.pt")));
        assertThat(proto.getGraph().getNodeList())
                .extracting(NodeProto::getOpType)
                .containsExactly("Gemm", "Relu", "LayerNormalization", "Gemm", "Softmax");
    }

    @Test
    void tracedAndScriptedGiveTheSameOperators() throws InvalidProtocolBufferException {
        for (String network : new String[] {"residual", "gru", "tcn"}) {
            assertThat(proto(translator.translate(Fixtures.bytes(network + ".traced.pt")))
                            .getGraph()
                            .getNodeList())
                    .extracting(NodeProto::getOpType)
                    .isEqualTo(
                            proto(translator.translate(Fixtures.bytes(network + ".scripted.pt")))
                                    .getGraph()
                                    .getNodeList()
                                    .stream()
                                    .map(NodeProto::getOpType)
                                    .toList());
        }
    }

    @Test
    void letsTheTimeAxisOfARecurrentNetworkVary() {
        OnnxTranslation translation = translator.translate(Fixtures.bytes("gru.scripted.pt"));
        assertThat(translation.inputs().getFirst().shape()).containsExactly("batch", "time", "3");
        try (OnnxModel model = OnnxModel.load(translation.onnx().toArray())) {
            assertThat(model.run(new Batch(new float[2 * 13 * 3], 2, 13, 3)).shape())
                    .containsExactly(2);
        }
        TorchScriptTranslator fixed = new TorchScriptTranslator(
                io.mlaas.onnx.ReadLimits.DEFAULT, TranslationOptions.DEFAULT.withDynamicTime(false));
        assertThat(fixed.translate(Fixtures.bytes("gru.scripted.pt"))
                        .inputs()
                        .getFirst()
                        .shape())
                .containsExactly("batch", "6", "3");
    }

    @Test
    void carriesTheSourceInItsMetadata() throws IOException {
        OnnxTranslation translation = translator.translate(Fixtures.path("mlp.traced.pt"));
        try (OnnxModel model = OnnxModel.load(translation.onnx().toArray())) {
            assertThat(model.metadata())
                    .containsEntry("source_sha256", translation.sourceSha256())
                    .containsEntry("source_format", "torchscript")
                    .containsEntry("source_format_version", "3")
                    .containsEntry("mlaas.json", translation.card().orElseThrow());
        }
        assertThat(translation.sourceSha256()).matches("[0-9a-f]{64}");
    }

    @Test
    void knowsWhatIndicesAnEmbeddingTakes() {
        assertThat(translator
                        .translate(Fixtures.bytes("embedding-gru.traced.pt"))
                        .indexBound())
                .hasValue(11);
    }
}
