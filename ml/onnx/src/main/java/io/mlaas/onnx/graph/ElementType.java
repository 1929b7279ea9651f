package io.mlaas.onnx.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Element types of tensors, with their numbers in ONNX and in PyTorch ({@code c10::ScalarType}). */
public enum ElementType {
    BOOL(DataType.BOOL, 11, 1, 0),
    UINT8(DataType.UINT8, 0, 1, 1),
    INT8(DataType.INT8, 1, 1, 2),
    INT16(DataType.INT16, 2, 2, 3),
    INT32(DataType.INT32, 3, 4, 4),
    INT64(DataType.INT64, 4, 8, 5),
    FLOAT16(DataType.FLOAT16, 5, 2, 6),
    BFLOAT16(DataType.BFLOAT16, 15, 2, 7),
    FLOAT32(DataType.FLOAT, 6, 4, 8),
    FLOAT64(DataType.DOUBLE, 7, 8, 9),
    /** Text; PyTorch has no such tensors. */
    STRING(DataType.STRING, -1, 0, -1);

    private final DataType onnx;
    private final int torchCode;
    private final int bytes;
    private final int width;

    /** @param width place in the order in which types are promoted */
    ElementType(DataType onnx, int torchCode, int bytes, int width) {
        this.onnx = onnx;
        this.torchCode = torchCode;
        this.bytes = bytes;
        this.width = width;
    }

    /** Bytes of one element; 0 for text, whose elements differ. */
    public int bytes() {
        return bytes;
    }

    public int onnxCode() {
        return onnx.getNumber();
    }

    public boolean isFloating() {
        return width >= FLOAT16.width;
    }

    /** PyTorch's number for this type, as in {@code dtype=6}. */
    public int torchCode() {
        return torchCode;
    }

    public static Optional<ElementType> ofTorchCode(long code) {
        return Arrays.stream(values())
                .filter(t -> t.torchCode == code && t != STRING)
                .findFirst();
    }

    /** @param name as in {@code mlaas.json}: {@code float32}, {@code int64} */
    public static Optional<ElementType> ofName(String name) {
        return Arrays.stream(values()).filter(t -> t.toString().equals(name)).findFirst();
    }

    /** The wider of two types, as PyTorch promotes tensors of equal rank. */
    public ElementType promotedWith(ElementType other) {
        if ((this == UINT8 && other == INT8) || (this == INT8 && other == UINT8)) {
            return INT16;
        }
        if ((this == FLOAT16 && other == BFLOAT16) || (this == BFLOAT16 && other == FLOAT16)) {
            return FLOAT32;
        }
        return width >= other.width ? this : other;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
