package io.mlaas.onnx.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import io.mlaas.onnx.graph.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tensors on their way to ONNX Runtime and back. */
final class RuntimeTensors {
    private RuntimeTensors() {}

    static String typeName(OnnxJavaType type) {
        return switch (type) {
            case FLOAT -> "float32";
            case DOUBLE -> "float64";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
    }

    /** @param type what the model takes */
    static OnnxTensor write(TypedTensor tensor, @Nullable OnnxJavaType type) throws OrtException {
        OrtEnvironment environment = RuntimeEnvironment.get();
        long[] shape = tensor.shape();
        if (type == OnnxJavaType.STRING) {
            return OnnxTensor.createTensor(environment, tensor.texts(), shape);
        }
        if (type == null || tensor.isText()) {
            throw new IllegalArgumentException("input type: " + tensor.type() + " (expected: "
                    + (type == null ? "a tensor" : typeName(type)) + ")");
        }
        return switch (type) {
            case FLOAT -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensor.floats()), shape);
            case DOUBLE -> OnnxTensor.createTensor(environment, DoubleBuffer.wrap(tensor.doubles()), shape);
            case INT64 ->
                OnnxTensor.createTensor(
                        environment,
                        LongBuffer.wrap((long[]) tensor.as(ElementType.INT64).values()),
                        shape);
            case INT32 ->
                OnnxTensor.createTensor(
                        environment,
                        IntBuffer.wrap((int[]) tensor.as(ElementType.INT32).values()),
                        shape);
            case INT16 -> {
                ShortBuffer whole = ShortBuffer.allocate(tensor.size());
                for (int i = 0; i < tensor.size(); i++) {
                    whole.put(i, (short) Math.round(tensor.number(i)));
                }
                yield OnnxTensor.createTensor(environment, whole, shape);
            }
            case BOOL, UINT8, INT8 -> {
                ByteBuffer bytes = ByteBuffer.allocateDirect(tensor.size()).order(ByteOrder.nativeOrder());
                for (int i = 0; i < tensor.size(); i++) {
                    bytes.put(i, (byte) Math.round(tensor.number(i)));
                }
                yield OnnxTensor.createTensor(environment, bytes, shape, type);
            }
            default ->
                throw new IllegalArgumentException("input type: " + typeName(type)
                        + " (expected: floats of 32 or 64 bits, integers, bool or string)");
        };
    }

    static TypedTensor read(OnnxTensor tensor) throws OrtException {
        TensorInfo info = tensor.getInfo();
        long[] shape = info.getShape();
        return switch (info.type) {
            case FLOAT, FLOAT16, BFLOAT16 -> {
                FloatBuffer buffer = tensor.getFloatBuffer();
                float[] all = new float[buffer.remaining()];
                buffer.get(all);
                yield TypedTensor.wrap(ElementType.FLOAT32, all, shape);
            }
            case DOUBLE -> {
                DoubleBuffer buffer = tensor.getDoubleBuffer();
                double[] all = new double[buffer.remaining()];
                buffer.get(all);
                yield TypedTensor.wrap(ElementType.FLOAT64, all, shape);
            }
            case INT64 -> {
                LongBuffer buffer = tensor.getLongBuffer();
                long[] all = new long[buffer.remaining()];
                buffer.get(all);
                yield TypedTensor.wrap(ElementType.INT64, all, shape);
            }
            case INT32 -> {
                IntBuffer buffer = tensor.getIntBuffer();
                int[] all = new int[buffer.remaining()];
                buffer.get(all);
                yield TypedTensor.wrap(ElementType.INT32, all, shape);
            }
            case INT16 -> {
                ShortBuffer buffer = tensor.getShortBuffer();
                int[] all = new int[buffer.remaining()];
                for (int i = 0; i < all.length; i++) {
                    all[i] = buffer.get(i);
                }
                yield TypedTensor.wrap(ElementType.INT16, all, shape);
            }
            case BOOL -> {
                ByteBuffer bytes = tensor.getByteBuffer();
                boolean[] all = new boolean[bytes.remaining()];
                for (int i = 0; i < all.length; i++) {
                    all[i] = bytes.get(i) != 0;
                }
                yield TypedTensor.bool(all, shape);
            }
            case INT8, UINT8 -> {
                boolean signed = info.type == OnnxJavaType.INT8;
                ByteBuffer bytes = tensor.getByteBuffer();
                int[] all = new int[bytes.remaining()];
                for (int i = 0; i < all.length; i++) {
                    all[i] = signed ? bytes.get(i) : Byte.toUnsignedInt(bytes.get(i));
                }
                yield TypedTensor.wrap(signed ? ElementType.INT8 : ElementType.UINT8, all, shape);
            }
            case STRING -> {
                List<String> texts = new ArrayList<>();
                flatten(tensor.getValue(), texts);
                yield TypedTensor.strings(texts.toArray(String[]::new), shape);
            }
            default -> throw new IllegalArgumentException("output type: " + typeName(info.type));
        };
    }

    private static void flatten(Object value, List<String> into) {
        if (value instanceof Object[] array) {
            for (Object item : array) {
                flatten(item, into);
            }
        } else {
            into.add(String.valueOf(value));
        }
    }
}
