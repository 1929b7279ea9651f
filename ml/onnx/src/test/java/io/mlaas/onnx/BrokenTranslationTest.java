package io.mlaas.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.onnx.parity.ParityCertificate;
import io.mlaas.onnx.parity.ParityCheck;
import io.mlaas.onnx.parity.ParityFailed;
import io.mlaas.onnx.parity.ParityPlan;
import io.mlaas.onnx.parity.Reference;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.OnnxModel;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Mistakes that converters have made, put into right translations: the certificate catches each and says where. */
class BrokenTranslationTest {

    /** The right translation with all that it computes on its way; what it computes is compared with PyTorch elsewhere. */
    private record Right(OnnxModel model, int outputs) implements Reference {
        static Right of(OnnxTranslation translation) throws InvalidProtocolBufferException {
            ModelProto.Builder model = ModelProto.parseFrom(translation.onnx().toArray()).toBuilder();
            int outputs = model.getGraph().getOutputCount();
            List.copyOf(model.getGraph().getValueInfoList()).forEach(model.getGraphBuilder()::addOutput);
            return new Right(OnnxModel.load(model.build().toByteArray()), outputs);
        }

        @Override
        public NamedTensors run(NamedTensors inputs) {
            NamedTensors all = model.run(inputs);
            String first = all.tensors().keySet().iterator().next();
            return NamedTensors.of(first, all.first());
        }

        @Override
        public NamedTensors intermediates(NamedTensors inputs) {
            return model.run(inputs);
        }

        @Override
        public String engine() {
            return "the right translation";
        }
    }

    private static OnnxTranslation translated(String fixture) {
        Integer[] shape = Arrays.stream(Fixtures.recorded(fixture).x().shape())
                .skip(1)
                .mapToObj(s -> (int) s)
                .toArray(Integer[]::new);
        return new TorchScriptTranslator(ReadLimits.DEFAULT, TranslationOptions.DEFAULT.withInputShape(shape))
                .translate(Fixtures.bytes(fixture));
    }

    /** @return the certificate of the failure */
    private static ParityCertificate broken(OnnxTranslation right, Consumer<GraphProto.Builder> mistake)
            throws InvalidProtocolBufferException {
        ModelProto.Builder model = ModelProto.parseFrom(right.onnx().toArray()).toBuilder();
        byte[] before = model.build().toByteArray();
        mistake.accept(model.getGraphBuilder());
        byte[] after = model.build().toByteArray();
        assertThat(after).isNotEqualTo(before);
        Right reference = Right.of(right);
        try (OnnxModel open = reference.model()) {
            ParityCheck check = new ParityCheck(ParityPlan.standard(Optional.empty(), false), Clock.systemUTC());
            ParityFailed failed =
                    catchThrowableOfType(ParityFailed.class, () -> check.certify(right.withOnnx(after), reference));
            assertThat(failed).as("the mistake is not noticed").isNotNull();
            assertThat(open.inputs()).isNotEmpty();
            return failed.certificate();
        }
    }

    private static int lastIndex(GraphProto.Builder graph, String operator) {
        int last = -1;
        for (int i = 0; i < graph.getNodeCount(); i++) {
            last = graph.getNode(i).getOpType().equals(operator) ? i : last;
        }
        assertThat(last).as(operator).isNotNegative();
        return last;
    }

    private static TensorProto.Builder input(GraphProto.Builder graph, NodeProto node, int input) {
        return graph.getInitializerBuilderList().stream()
                .filter(t -> t.getName().equals(node.getInput(input)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void catchesADroppedBias() throws InvalidProtocolBufferException {
        OnnxTranslation right = translated("mlp.traced.pt");
        String[] broken = new String[1];
        ParityCertificate certificate = broken(right, graph -> {
            int last = lastIndex(graph, "Gemm");
            broken[0] = graph.getNode(last).getName();
            NodeProto.Builder node = graph.getNodeBuilder(last);
            List<String> inputs = List.copyOf(node.getInputList().subList(0, 2));
            node.clearInput().addAllInput(inputs);
        });
        assertThat(certificate.firstDifference()).isNotNull();
        assertThat(certificate.firstDifference().node()).isEqualTo(broken[0]);
        assertThat(certificate.firstDifference().operator()).isEqualTo("Gemm");
    }

    @Test
    void catchesTransposedWeightsAndNamesTheFirstNodeThatDiffers() throws InvalidProtocolBufferException {
        OnnxTranslation right = translated("mlp.traced.pt");
        String[] broken = new String[1];
        ParityCertificate certificate = broken(right, graph -> {
            for (int i = 0; i < graph.getNodeCount(); i++) {
                NodeProto node = graph.getNode(i);
                if (node.getOpType().equals("Gemm") && broken[0] == null) {
                    TensorProto.Builder weight = input(graph, node, 1);
                    broken[0] = node.getName();
                    weight.setRawData(transposed(weight));
                }
            }
        });
        assertThat(certificate.firstDifference().node()).isEqualTo(broken[0]);
    }

    /** The same elements as if the two axes had been confused. */
    private static ByteString transposed(TensorProto.Builder weight) {
        int rows = (int) weight.getDims(0);
        int columns = (int) weight.getDims(1);
        ByteString data = weight.getRawData();
        ByteString swapped = ByteString.EMPTY;
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++) {
                int at = 4 * (r * columns + c);
                swapped = swapped.concat(data.substring(at, at + 4));
            }
        }
        return swapped;
    }

    @Test
    void catchesSwappedGates() throws InvalidProtocolBufferException {
        for (String fixture : List.of("lstm.traced.pt", "gru.traced.pt")) {
            OnnxTranslation right = translated(fixture);
            String operator = fixture.startsWith("lstm") ? "LSTM" : "GRU";
            int gates = fixture.startsWith("lstm") ? 4 : 3;
            ParityCertificate certificate = broken(right, graph -> {
                TensorProto.Builder weight = input(graph, graph.getNode(lastIndex(graph, operator)), 1);
                ByteString data = weight.getRawData();
                int gate = data.size() / gates / (int) weight.getDims(0);
                weight.setRawData(data.substring(gate, 2 * gate)
                        .concat(data.substring(0, gate))
                        .concat(data.substring(2 * gate)));
            });
            assertThat(certificate.passed()).isFalse();
        }
    }

    @Test
    void catchesWrongPadding() throws InvalidProtocolBufferException {
        OnnxTranslation right = translated("u-net.traced.pt");
        ParityCertificate certificate = broken(right, graph -> {
            NodeProto.Builder convolution = graph.getNodeBuilder(lastPadded(graph));
            for (AttributeProto.Builder attribute : convolution.getAttributeBuilderList()) {
                if (attribute.getName().equals("pads")) {
                    List<Long> pads = attribute.getIntsList();
                    List<Long> wrong = List.of(pads.get(0) + 1, pads.get(1), pads.get(2) - 1, pads.get(3));
                    attribute.clearInts().addAllInts(wrong);
                }
            }
        });
        assertThat(certificate.firstDifference().operator()).isEqualTo("Conv");
    }

    private static int lastPadded(GraphProto.Builder graph) {
        for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
            boolean padded = graph.getNode(i).getAttributeList().stream()
                    .anyMatch(a -> a.getName().equals("pads") && a.getIntsList().contains(1L));
            if (padded && graph.getNode(i).getOpType().equals("Conv")) {
                return i;
            }
        }
        throw new AssertionError("no padded convolution");
    }

    @Test
    void catchesAForgottenActivation() throws InvalidProtocolBufferException {
        ParityCertificate certificate = broken(translated("mlp.traced.pt"), graph -> {
            int relu = -1;
            for (int i = 0; i < graph.getNodeCount(); i++) {
                relu = List.of("Relu", "Tanh", "Sigmoid")
                                .contains(graph.getNode(i).getOpType())
                        ? i
                        : relu;
            }
            graph.getNodeBuilder(relu).setOpType("Identity");
        });
        assertThat(certificate.firstDifference()).isNotNull();
    }
}
