package io.mlaas.onnx.quantize;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.mlaas.onnx.graph.OnnxBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model whose large weights are 8-bit integers, with one scale per output channel: {@code w ≈ scale · q}, {@code q} in
 * -127 … 127, symmetric about zero, turned back into floats by {@code DequantizeLinear} when the model runs. Activations
 * stay 32-bit floats. Needs no sample of data.
 *
 * @param weights how many tensors were quantised
 */
public record QuantizedModel(OnnxBytes onnx, int weights) {
    /** Smaller tensors would not make the file noticeably smaller. */
    private static final long MIN_ELEMENTS = 256;

    /** Axis of the output channel by operator; -1 is the last. */
    private static final Map<String, Integer> CHANNEL_AXIS = Map.of(
            "MatMul",
            -1,
            "Einsum",
            -1,
            "Gemm",
            -2,
            "Conv",
            0,
            "ConvTranspose",
            1,
            "Gather",
            0,
            "LSTM",
            1,
            "GRU",
            1,
            "RNN",
            1);

    /**
     * The same source gives the same bytes.
     *
     * @param onnx a model with operator set 13 or later
     */
    public static QuantizedModel of(OnnxBytes onnx) {
        return quantize(onnx, onnx.model());
    }

    private static QuantizedModel quantize(OnnxBytes onnx, ModelProto model) {
        GraphProto graph = model.getGraph();
        Map<String, Integer> axes = axes(graph);
        GraphProto.Builder changed = graph.toBuilder().clearInitializer().clearNode();
        List<NodeProto> restored = new ArrayList<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            Integer axis = axes.get(tensor.getName());
            boolean large = tensor.getDimsCount() >= 2
                    && tensor.getDataType() == DataType.FLOAT.getNumber()
                    && tensor.getDimsList().stream().reduce(1L, Math::multiplyExact) >= MIN_ELEMENTS;
            if (axis == null || axis < 0 || !large) {
                changed.addInitializer(tensor);
            } else {
                Channels channels = Channels.of(tensor, onnx.elements(tensor), axis);
                changed.addInitializer(channels.quantized()).addInitializer(channels.scales());
                restored.add(dequantize(tensor.getName(), axis));
            }
        }
        changed.addAllNode(restored).addAllNode(graph.getNodeList());
        ModelProto quantized = model.toBuilder()
                .setGraph(changed)
                .addMetadataProps(StringStringEntryProto.newBuilder()
                        .setKey("quantization")
                        .setValue("int8 weights, one scale per output channel"))
                .build();
        return new QuantizedModel(onnx.withModel(quantized), restored.size());
    }

    /** The channel axis of each weight; -1 where it is used in more than one way. */
    private static Map<String, Integer> axes(GraphProto graph) {
        Map<String, Integer> ranks = new HashMap<>();
        graph.getInitializerList().forEach(t -> ranks.put(t.getName(), t.getDimsCount()));
        Map<String, Integer> axes = new HashMap<>();
        addAxes(graph, ranks, axes);
        return axes;
    }

    private static void addAxes(GraphProto graph, Map<String, Integer> ranks, Map<String, Integer> axes) {
        for (NodeProto node : graph.getNodeList()) {
            for (int i = 0; i < node.getInputCount(); i++) {
                String name = node.getInput(i);
                Integer rank = ranks.get(name);
                if (rank != null) {
                    axes.merge(name, axis(node, i, rank), (a, b) -> a.equals(b) ? a : -1);
                }
            }
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasG()) {
                    addAxes(attribute.getG(), ranks, axes);
                }
            }
        }
    }

    private static int axis(NodeProto node, int input, int rank) {
        Integer axis = CHANNEL_AXIS.get(node.getOpType());
        boolean weight =
                switch (node.getOpType()) {
                    case "Gather" -> input == 0;
                    case "LSTM", "GRU", "RNN" -> input == 1 || input == 2;
                    default -> input == 1;
                };
        if (axis == null || !weight || rank < 2) {
            return -1;
        }
        if (node.getOpType().equals("Gemm")) {
            return flag(node, "transB") ? 0 : 1;
        }
        return axis < 0 ? rank + axis : axis;
    }

    private static boolean flag(NodeProto node, String name) {
        return node.getAttributeList().stream().anyMatch(a -> a.getName().equals(name) && a.getI() != 0);
    }

    private static NodeProto dequantize(String weight, int axis) {
        return NodeProto.newBuilder()
                .setOpType("DequantizeLinear")
                .setName(weight + "/DequantizeLinear")
                .addInput(weight + ".int8")
                .addInput(weight + ".scale")
                .addOutput(weight)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("axis")
                        .setType(AttributeType.INT)
                        .setI(axis))
                .build();
    }

    private record Channels(TensorProto quantized, TensorProto scales) {

        static Channels of(TensorProto weight, ByteBuffer in, int axis) {
            int count = in.remaining() / 4;
            int channels = Math.toIntExact(weight.getDims(axis));
            int inner = 1;
            for (int i = axis + 1; i < weight.getDimsCount(); i++) {
                inner = Math.multiplyExact(inner, Math.toIntExact(weight.getDims(i)));
            }
            float[] largest = new float[channels];
            for (int i = 0; i < count; i++) {
                int channel = i / inner % channels;
                largest[channel] = Math.max(largest[channel], Math.abs(in.getFloat(4 * i)));
            }
            ByteBuffer scales = ByteBuffer.allocate(4 * channels).order(ByteOrder.LITTLE_ENDIAN);
            float[] scale = new float[channels];
            for (int c = 0; c < channels; c++) {
                scale[c] = largest[c] == 0 ? 1 : largest[c] / 127;
                scales.putFloat(scale[c]);
            }
            byte[] whole = new byte[count];
            for (int i = 0; i < count; i++) {
                int q = Math.round(in.getFloat(4 * i) / scale[i / inner % channels]);
                whole[i] = (byte) Math.clamp(q, -127, 127);
            }
            return new Channels(
                    TensorProto.newBuilder()
                            .setName(weight.getName() + ".int8")
                            .addAllDims(weight.getDimsList())
                            .setDataType(DataType.INT8.getNumber())
                            .setRawData(UnsafeByteOperations.unsafeWrap(whole))
                            .build(),
                    TensorProto.newBuilder()
                            .setName(weight.getName() + ".scale")
                            .addDims(channels)
                            .setDataType(DataType.FLOAT.getNumber())
                            .setRawData(ByteString.copyFrom(scales.flip()))
                            .build());
        }
    }
}
