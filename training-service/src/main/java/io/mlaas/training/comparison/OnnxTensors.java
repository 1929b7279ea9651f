package io.mlaas.training.comparison;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mlaas.training.comparison.TensorFile.Unreadable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/** The initializers of an ONNX graph. */
final class OnnxTensors {
    private static final Map<Integer, NumberType> TYPES = Map.ofEntries(
            Map.entry(1, NumberType.FLOAT32),
            Map.entry(2, NumberType.UINT8),
            Map.entry(3, NumberType.INT8),
            Map.entry(4, NumberType.UINT16),
            Map.entry(5, NumberType.INT16),
            Map.entry(6, NumberType.INT32),
            Map.entry(7, NumberType.INT64),
            Map.entry(9, NumberType.BOOL),
            Map.entry(10, NumberType.FLOAT16),
            Map.entry(11, NumberType.FLOAT64),
            Map.entry(12, NumberType.UINT32),
            Map.entry(13, NumberType.UINT64),
            Map.entry(16, NumberType.BFLOAT16));

    private OnnxTensors() {}

    static SequencedMap<String, TensorView> read(Path file) throws IOException, Unreadable {
        GraphProto graph;
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new Unreadable("more than 2 GiB");
            }
            graph = ModelProto.parseFrom(channel.map(MapMode.READ_ONLY, 0, channel.size()))
                    .getGraph();
        } catch (InvalidProtocolBufferException e) {
            throw new Unreadable("no ONNX model");
        }
        SequencedMap<String, TensorView> tensors = new LinkedHashMap<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            NumberType type = TYPES.get(tensor.getDataType());
            if (type == null) {
                throw new Unreadable(tensor.getName() + ": elements of type " + tensor.getDataType());
            }
            tensors.put(tensor.getName(), SafeTensors.checked(type, tensor.getDimsList(), elements(tensor, type)));
        }
        return tensors;
    }

    private static ByteBuffer elements(TensorProto tensor, NumberType type) throws Unreadable {
        if (tensor.hasRawData()) {
            return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }
        ByteBuffer out;
        switch (type) {
            case FLOAT32 -> {
                out = buffer(4 * tensor.getFloatDataCount());
                tensor.getFloatDataList().forEach(out::putFloat);
            }
            case FLOAT64 -> {
                out = buffer(8 * tensor.getDoubleDataCount());
                tensor.getDoubleDataList().forEach(out::putDouble);
            }
            case INT64 -> {
                out = buffer(8 * tensor.getInt64DataCount());
                tensor.getInt64DataList().forEach(out::putLong);
            }
            case INT32 -> {
                out = buffer(4 * tensor.getInt32DataCount());
                tensor.getInt32DataList().forEach(out::putInt);
            }
            case INT8, UINT8, BOOL -> {
                out = buffer(tensor.getInt32DataCount());
                tensor.getInt32DataList().forEach(element -> out.put(element.byteValue()));
            }
            case INT16, UINT16, FLOAT16, BFLOAT16 -> {
                out = buffer(2 * tensor.getInt32DataCount());
                tensor.getInt32DataList().forEach(element -> out.putShort(element.shortValue()));
            }
            case UINT32, UINT64 -> throw new Unreadable(tensor.getName() + ": " + type + " not as raw data");
            default -> throw new IllegalStateException("type: " + type);
        }
        return out.flip();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
