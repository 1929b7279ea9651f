package io.mlaas.onnx.tensorflow;

import com.google.protobuf.ByteString;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.numeric.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A stored tensor. */
record Constant(ElementType type, Array values) {
    private static final int MAX_RANK = 12;

    static ElementType type(long code) {
        return switch ((int) code) {
            case 1 -> ElementType.FLOAT32;
            case 2 -> ElementType.FLOAT64;
            case 3 -> ElementType.INT32;
            case 4 -> ElementType.UINT8;
            case 6 -> ElementType.INT8;
            case 9 -> ElementType.INT64;
            case 10 -> ElementType.BOOL;
            default -> throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "element type " + code);
        };
    }

    /** Sizes of a {@code TensorShapeProto}; -1 for one that is open. */
    static int[] shape(Message shape) {
        List<Message> dims = shape.messages(2);
        if (dims.size() > MAX_RANK) {
            throw new TranslationRefused(Reason.DAMAGED, dims.size() + " axes");
        }
        return dims.stream().mapToInt(d -> Math.toIntExact(d.number(1, 0))).toArray();
    }

    static int elements(int... shape) {
        long product = 1;
        for (int size : shape) {
            if (size < 0 || (product *= size) > Integer.MAX_VALUE - 64) {
                throw new TranslationRefused(Reason.DAMAGED, "a stored tensor of absurd size");
            }
        }
        return (int) product;
    }

    /** A {@code TensorProto}; a value at the end of a list that is too short goes on. */
    static Constant of(Message tensor, long limit) {
        ElementType type = type(tensor.number(1, 0));
        int[] shape = shape(tensor.message(2));
        int elements = elements(shape);
        ByteString content = tensor.bytes(4);
        if (!content.isEmpty()) {
            return of(type, shape, content.asReadOnlyByteBuffer());
        }
        if (elements > limit) {
            throw new TranslationRefused(Reason.TOO_LARGE, "a constant of " + elements + " elements");
        }
        List<Double> given = new ArrayList<>(tensor.reals(5));
        for (int field : new int[] {7, 10, 11}) {
            tensor.numbers(field).forEach(n -> given.add((double) n));
        }
        double[] values = new double[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = given.isEmpty() ? 0 : given.get(Math.min(i, given.size() - 1));
        }
        return new Constant(type, Array.of(values, shape));
    }

    /** @param content little-endian; 32-bit floats are not copied */
    static Constant of(ElementType type, int[] shape, ByteBuffer content) {
        int elements = elements(shape);
        if ((long) elements * type.bytes() != content.remaining()) {
            throw new TranslationRefused(
                    Reason.DAMAGED, content.remaining() + " bytes (expected: " + elements + " of " + type + ")");
        }
        if (type == ElementType.FLOAT32) {
            return new Constant(type, Array.ofFloats(content, shape));
        }
        ByteBuffer in = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = switch (type) {
                case FLOAT64 -> in.getDouble();
                case INT32 -> in.getInt();
                case INT64 -> in.getLong();
                case UINT8 -> in.get() & 0xff;
                default -> in.get();
            };
        }
        return new Constant(type, Array.of(values, shape));
    }
}
