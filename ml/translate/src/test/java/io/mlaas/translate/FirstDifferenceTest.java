package io.mlaas.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.OnnxTranslator;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.parity.ParityCertificate.FirstDifference;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityFailed;
import io.mlaas.onnx.parity.ParityPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One weight tensor of a right translation is zeroed: PyTorch's own results on the way name the line that used it. */
class FirstDifferenceTest {
    private static final Path TORCH =
            Path.of(System.getProperty("mlaas.home", "../..")).resolve("ml/onnx/src/test/resources/torch");
    private static final ParityPlan PLAN = new ParityPlan(1, 8, List.of(2), Optional.empty(), 1e-5, 1e-4, false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mobile-net-v2-2.13.traced.pt",
                "seq2-seq-transformer-2.13.scripted.pt",
                "lstm-forecaster-2.13.scripted.pt",
                "two-towers-2.13.scripted.pt",
                "yolo-in-place-2.13.scripted.pt",
                "conv-vae-2.13.exported.pt2"
            })
    void namesWhereTheBrokenWeightWasUsed(String file) throws IOException {
        Path path = TORCH.resolve(file);
        OnnxTranslation right = new OnnxTranslator().translate(path, TranslationOptions.DEFAULT);
        ModelProto model = ModelProto.parseFrom(right.onnx().toArray());
        List<NodeProto> candidates = withOwnWeights(model.getGraph());
        assertThat(candidates).isNotEmpty();
        try (PyTorchReference pytorch = PyTorchReference.open(path, right)) {
            for (int i = 0; i < 3; i++) {
                NodeProto node = candidates.get(i * (candidates.size() - 1) / 2);
                OnnxTranslation broken = right.withOnnx(zeroed(model, node));
                ParityFailed failed = catchThrowableOfType(
                        ParityFailed.class, () -> new ParityCheck(PLAN, Clock.systemUTC()).certify(broken, pytorch));
                FirstDifference first = failed.certificate().firstDifference();
                assertThat(first).as("difference at %s", node.getName()).isNotNull();
                assertThat(first.origin()).as(node.getName()).isEqualTo(node.getDocString());
                assertThat(module(first.node())).isEqualTo(module(node.getName()));
            }
        }
    }

    private static String module(String node) {
        return node.substring(0, Math.max(0, node.lastIndexOf('/')));
    }

    private static List<NodeProto> withOwnWeights(GraphProto graph) {
        Map<String, Integer> uses = new HashMap<>();
        graph.getNodeList().forEach(n -> n.getInputList().forEach(input -> uses.merge(input, 1, Integer::sum)));
        List<NodeProto> nodes = new ArrayList<>();
        for (NodeProto node : graph.getNodeList()) {
            boolean own = graph.getInitializerList().stream()
                    .anyMatch(t -> isWeight(t, node) && uses.getOrDefault(t.getName(), 0) == 1);
            if (own) {
                nodes.add(node);
            }
        }
        return nodes;
    }

    private static boolean isWeight(TensorProto tensor, NodeProto node) {
        return tensor.getDimsCount() >= 2
                && tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()
                && List.of("Conv", "Gemm", "MatMul", "LSTM", "Gather").contains(node.getOpType())
                && node.getInputList().contains(tensor.getName());
    }

    private static byte[] zeroed(ModelProto model, NodeProto node) {
        ModelProto.Builder changed = model.toBuilder();
        for (TensorProto.Builder tensor : changed.getGraphBuilder().getInitializerBuilderList()) {
            if (isWeight(tensor.build(), node)) {
                tensor.setRawData(
                        ByteString.copyFrom(new byte[tensor.getRawData().size()]));
            }
        }
        return changed.build().toByteArray();
    }
}
