package io.mlaas.onnx.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ProtocolStringList;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;

/** A finished graph as the bytes of an {@code .onnx} file; what no output depends on is left out. */
public final class OnnxFile {
    private static final Set<String> OPTIONAL_OUTPUTS = Set.of("RNN", "GRU", "LSTM");

    /** What protobuf can hold, less what else a file needs. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - (16L << 20);

    private OnnxFile() {}

    /**
     * @param outputs the graph's outputs by the names they shall have
     * @param metadata stored as {@code metadata_props}, in the order of the keys
     * @throws io.mlaas.onnx.TranslationRefused when the graph is not valid, or its weights hold NaN
     */
    public static OnnxBytes write(
            OnnxGraph graph, String name, Map<String, Tensor> outputs, SortedMap<String, String> metadata) {
        Map<String, String> renamed = new LinkedHashMap<>();
        Map<String, Tensor> results = new LinkedHashMap<>();
        Set<String> produced = new HashSet<>();
        graph.nodes.forEach(n -> produced.addAll(n.getOutputList()));
        outputs.forEach((wanted, tensor) -> {
            Tensor result = produced.contains(tensor.name()) && !renamed.containsKey(tensor.name())
                    ? tensor
                    : graph.node("Identity", tensor.type(), tensor.shape(), List.of(tensor));
            renamed.put(result.name(), wanted);
            results.put(wanted, result);
        });
        Deque<NodeProto> kept = liveNodes(graph.nodes, renamed.keySet());
        Set<String> used = new HashSet<>();
        kept.forEach(n -> used.addAll(read(n)));

        requireSize(graph, used);
        GraphProto.Builder proto = GraphProto.newBuilder().setName(name);
        kept.forEach(n -> {
            proto.addNode(rename(n, renamed));
            n.getOutputList().stream()
                    .filter(o -> !o.isEmpty() && !renamed.containsKey(o))
                    .map(graph.results::get)
                    .filter(Objects::nonNull)
                    .forEach(t -> proto.addValueInfo(value(t.name(), t)));
        });
        graph.initializers.forEach((key, value) -> {
            if (used.contains(key)) {
                proto.addInitializer(value);
            }
        });
        graph.inputs.forEach(t -> proto.addInput(value(t.name(), t)));
        results.forEach((wanted, t) -> proto.addOutput(value(wanted, t)));
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(irVersion(graph.opset()))
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(graph.opset()))
                .setProducerName("mlaas")
                .setGraph(proto);
        if (kept.stream().anyMatch(node -> node.getDomain().equals(OnnxGraph.ML))) {
            model.addOpsetImport(
                    OperatorSetIdProto.newBuilder().setDomain(OnnxGraph.ML).setVersion(OnnxGraph.ML_OPSET));
        }
        if (kept.stream().anyMatch(node -> node.getDomain().equals(OnnxGraph.RUNTIME))) {
            model.addOpsetImport(
                    OperatorSetIdProto.newBuilder().setDomain(OnnxGraph.RUNTIME).setVersion(1));
        }
        metadata.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        Map<String, ByteBuffer> large = new LinkedHashMap<>(graph.large);
        large.keySet().retainAll(used);
        OnnxBytes finished = new OnnxBytes(model.build(), large);
        ModelCheck.require(finished);
        return finished;
    }

    /** Protobuf counts a message's bytes in 31 bits, and wraps around. */
    private static void requireSize(OnnxGraph graph, Set<String> used) {
        long bytes = 0;
        for (Map.Entry<String, TensorProto> tensor : graph.initializers.entrySet()) {
            ByteBuffer apart = graph.large.get(tensor.getKey());
            int size = apart == null ? tensor.getValue().getSerializedSize() : apart.remaining();
            bytes += used.contains(tensor.getKey()) ? size : 0;
        }
        if (bytes > MAX_BYTES) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE,
                    "weights: " + bytes + " bytes (expected: <= " + MAX_BYTES + ", the limit of an ONNX file)");
        }
    }

    static ElementType typeOf(TensorProto tensor) {
        return Arrays.stream(ElementType.values())
                .filter(type -> type.onnxCode() == tensor.getDataType())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("element type: " + tensor.getDataType()));
    }

    /** The file format that ONNX released together with an operator set. */
    private static int irVersion(int opset) {
        return opset <= 18 ? 8 : opset <= 20 ? 9 : 10;
    }

    /** A part of a graph, such as the body of a loop. */
    static GraphProto part(String name, List<NodeProto> nodes, List<Tensor> parameters, List<Tensor> outputs) {
        GraphProto.Builder part = GraphProto.newBuilder().setName(name);
        Set<String> results = new HashSet<>();
        outputs.forEach(t -> results.add(t.name()));
        part.addAllNode(liveNodes(nodes, results));
        parameters.forEach(t -> part.addInput(typed(t)));
        outputs.forEach(t -> part.addOutput(typed(t)));
        return part.build();
    }

    /** Open sizes stay without a name: a loop may change them from one round to the next. */
    private static ValueInfoProto typed(Tensor tensor) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Dim dim : tensor.shape().dims()) {
            TensorShapeProto.Dimension.Builder size = shape.addDimBuilder();
            if (dim.isConstant()) {
                size.setDimValue(dim.value());
            }
        }
        return ValueInfoProto.newBuilder()
                .setName(tensor.name())
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(tensor.type().onnxCode())
                                .setShape(shape)))
                .build();
    }

    /** All that a node reads, its parts included. */
    private static Set<String> read(NodeProto node) {
        Set<String> names = new HashSet<>(node.getInputList());
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                attribute.getG().getNodeList().forEach(inner -> names.addAll(read(inner)));
            }
        }
        return names;
    }

    private static Deque<NodeProto> liveNodes(List<NodeProto> nodes, Set<String> outputs) {
        Set<String> needed = new HashSet<>(outputs);
        Deque<NodeProto> kept = new ArrayDeque<>();
        for (NodeProto node : nodes.reversed()) {
            if (node.getOutputList().stream().anyMatch(needed::contains)) {
                needed.addAll(read(node));
                kept.addFirst(withoutUnused(node, needed));
            }
        }
        return kept;
    }

    /** Optional outputs at the end that nobody reads are cut off, those in between are left blank. */
    private static NodeProto withoutUnused(NodeProto node, Set<String> needed) {
        if (!OPTIONAL_OUTPUTS.contains(node.getOpType())) {
            return node;
        }
        ProtocolStringList outputs = node.getOutputList();
        int last = outputs.size();
        while (!needed.contains(outputs.get(last - 1))) {
            last--;
        }
        NodeProto.Builder copy = node.toBuilder().clearOutput();
        outputs.subList(0, last).forEach(o -> copy.addOutput(needed.contains(o) ? o : ""));
        return copy.build();
    }

    private static NodeProto rename(NodeProto node, Map<String, String> renamed) {
        NodeProto.Builder copy = node.toBuilder().clearInput().clearOutput();
        node.getInputList().forEach(i -> copy.addInput(renamed.getOrDefault(i, i)));
        node.getOutputList().forEach(o -> copy.addOutput(renamed.getOrDefault(o, o)));
        for (AttributeProto.Builder attribute : copy.getAttributeBuilderList()) {
            if (attribute.hasG()) {
                renameInside(attribute.getGBuilder(), renamed);
            }
        }
        return copy.build();
    }

    private static void renameInside(GraphProto.Builder part, Map<String, String> renamed) {
        for (int i = 0; i < part.getNodeCount(); i++) {
            part.setNode(i, rename(part.getNode(i), renamed));
        }
        part.getOutputBuilderList().forEach(o -> o.setName(renamed.getOrDefault(o.getName(), o.getName())));
    }

    private static ValueInfoProto value(String name, Tensor tensor) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Dim dim : tensor.shape().dims()) {
            TensorShapeProto.Dimension.Builder size = TensorShapeProto.Dimension.newBuilder();
            shape.addDim(dim.isConstant() ? size.setDimValue(dim.value()) : size.setDimParam(dim.toString()));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(tensor.type().onnxCode())
                                .setShape(shape)))
                .build();
    }
}
