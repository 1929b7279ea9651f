package io.mlaas.explanation;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.mlaas.onnx.graph.OnnxBytes;
import io.mlaas.onnx.numeric.Array;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** The stored tensors of a graph as 64-bit floats. */
final class Weights {
    private Weights() {}

    static Map<String, Traced> of(OnnxBytes onnx) {
        Map<String, Traced> weights = new HashMap<>();
        for (TensorProto tensor : onnx.model().getGraph().getInitializerList()) {
            if (tensor.getDataType() != TensorProto.DataType.STRING.getNumber()) {
                weights.put(tensor.getName(), read(tensor, onnx.elements(tensor)));
            }
        }
        return weights;
    }

    private static Traced read(TensorProto tensor, ByteBuffer bytes) {
        int[] shape = tensor.getDimsList().stream().mapToInt(Math::toIntExact).toArray();
        double[] values = new double[WindowPlaces.size(shape)];
        TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
        IntToDoubleFunction element =
                switch (type) {
                    case FLOAT -> i -> bytes.getFloat(4 * i);
                    case DOUBLE -> i -> bytes.getDouble(8 * i);
                    case FLOAT16 -> i -> Float.float16ToFloat(bytes.getShort(2 * i));
                    case BFLOAT16 -> i -> Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
                    case INT64 -> i -> bytes.getLong(8 * i);
                    case INT32 -> i -> bytes.getInt(4 * i);
                    case INT16 -> i -> bytes.getShort(2 * i);
                    case INT8 -> i -> bytes.get(i);
                    case UINT8, BOOL -> i -> bytes.get(i) & 0xff;
                    case null, default ->
                        throw new ExplanationRefused("weights: " + tensor.getName() + " of type " + type
                                + " (expected: floats or integers)");
                };
        for (int i = 0; i < values.length; i++) {
            values[i] = element.applyAsDouble(i);
        }
        boolean floats =
                switch (type) {
                    case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> true;
                    default -> false;
                };
        return Traced.constant(Array.of(values, shape), !floats);
    }
}
