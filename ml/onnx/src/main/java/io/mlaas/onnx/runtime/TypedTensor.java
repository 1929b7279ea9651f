package io.mlaas.onnx.runtime;

import io.mlaas.onnx.graph.ElementType;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor with values, in row-major order. Numbers of 16 bits and fewer are kept as 32-bit integers or floats under
 * their own type. Compares by content.
 */
public final class TypedTensor {
    private final ElementType type;
    private final Object values;
    private final long[] shape;

    private TypedTensor(ElementType type, Object values, long... shape) {
        this.type = type;
        this.values = values;
        this.shape = shape.clone();
        long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (elements != Array.getLength(values)) {
            throw new IllegalArgumentException("values: " + Array.getLength(values) + " (expected: " + elements
                    + " for shape " + Arrays.toString(shape) + ")");
        }
    }

    public static TypedTensor float32(float[] values, long... shape) {
        return new TypedTensor(ElementType.FLOAT32, values.clone(), shape);
    }

    public static TypedTensor float64(double[] values, long... shape) {
        return new TypedTensor(ElementType.FLOAT64, values.clone(), shape);
    }

    public static TypedTensor int64(long[] values, long... shape) {
        return new TypedTensor(ElementType.INT64, values.clone(), shape);
    }

    public static TypedTensor int32(int[] values, long... shape) {
        return new TypedTensor(ElementType.INT32, values.clone(), shape);
    }

    public static TypedTensor bool(boolean[] values, long... shape) {
        return new TypedTensor(ElementType.BOOL, values.clone(), shape);
    }

    public static TypedTensor strings(String[] values, long... shape) {
        return new TypedTensor(ElementType.STRING, values.clone(), shape);
    }

    /** Numbers as any type but text, rounded to it: towards the nearest, floats as Java casts them. */
    public static TypedTensor numbers(ElementType type, double[] values, long... shape) {
        return switch (type) {
            case FLOAT64 -> float64(values, shape);
            case FLOAT32, FLOAT16, BFLOAT16 -> {
                float[] floats = new float[values.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) values[i];
                }
                yield new TypedTensor(type, floats, shape);
            }
            case INT64 -> {
                long[] whole = new long[values.length];
                for (int i = 0; i < whole.length; i++) {
                    whole[i] = Math.round(values[i]);
                }
                yield new TypedTensor(type, whole, shape);
            }
            case INT32, INT16, INT8, UINT8 -> {
                int[] whole = new int[values.length];
                for (int i = 0; i < whole.length; i++) {
                    whole[i] = (int) Math.round(values[i]);
                }
                yield new TypedTensor(type, whole, shape);
            }
            case BOOL -> {
                boolean[] truths = new boolean[values.length];
                for (int i = 0; i < truths.length; i++) {
                    truths[i] = values[i] != 0;
                }
                yield new TypedTensor(type, truths, shape);
            }
            case STRING -> throw new IllegalArgumentException("type: string (expected: numbers)");
        };
    }

    public ElementType type() {
        return type;
    }

    public long[] shape() {
        return shape.clone();
    }

    public int rank() {
        return shape.length;
    }

    /** One of the first axis's places, which stays an axis; a scalar is its own sample. */
    public TypedTensor sample(int index) {
        if (shape.length == 0) {
            return this;
        }
        long[] one = shape.clone();
        one[0] = 1;
        int width = width();
        Object part = Array.newInstance(values.getClass().getComponentType(), width);
        System.arraycopy(values, index * width, part, 0, width);
        return new TypedTensor(type, part, one);
    }

    /** The samples of tensors of one type, one tensor after the other. */
    public static TypedTensor concat(List<TypedTensor> parts) {
        TypedTensor first = parts.getFirst();
        long[] shape = first.shape();
        shape[0] = parts.stream().mapToLong(TypedTensor::samples).sum();
        Object all = Array.newInstance(
                first.values.getClass().getComponentType(),
                parts.stream().mapToInt(TypedTensor::size).sum());
        int at = 0;
        for (TypedTensor part : parts) {
            System.arraycopy(part.values, 0, all, at, part.size());
            at += part.size();
        }
        return new TypedTensor(first.type, all, shape);
    }

    /** Elements altogether. */
    public int size() {
        return Array.getLength(values);
    }

    /** Sizes of the first axis; 1 for a scalar. */
    public int samples() {
        return shape.length == 0 ? 1 : Math.toIntExact(shape[0]);
    }

    /** Elements of one sample. */
    public int width() {
        return samples() == 0 ? 0 : size() / samples();
    }

    public boolean isText() {
        return type == ElementType.STRING;
    }

    /** One element as a number; truth is 1. @throws IllegalStateException for text */
    public double number(int index) {
        // asked for each element: until it is compiled, a switch over types takes ten times as long
        if (values instanceof float[] floats) {
            return floats[index];
        }
        if (values instanceof double[] doubles) {
            return doubles[index];
        }
        if (values instanceof long[] longs) {
            return longs[index];
        }
        if (values instanceof int[] ints) {
            return ints[index];
        }
        if (values instanceof boolean[] truths) {
            return truths[index] ? 1 : 0;
        }
        throw new IllegalStateException("type: " + type + " (expected: numbers)");
    }

    /** One element as text: as it is for text, as Java prints it for numbers. */
    public String text(int index) {
        return String.valueOf(Array.get(values, index));
    }

    /** One element as a whole number, exactly. @throws IllegalStateException for other types */
    public long whole(int index) {
        return switch (values) {
            case long[] longs -> longs[index];
            case int[] ints -> ints[index];
            case boolean[] truths -> truths[index] ? 1 : 0;
            default -> throw new IllegalStateException("type: " + type + " (expected: whole numbers)");
        };
    }

    /** All elements, rounded to 32-bit floats. */
    public float[] floats() {
        if (values instanceof float[] same) {
            return same.clone();
        }
        float[] floats = new float[size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) number(i);
        }
        return floats;
    }

    /** All elements as 64-bit floats. */
    public double[] doubles() {
        if (values instanceof double[] same) {
            return same.clone();
        }
        double[] doubles = new double[size()];
        if (values instanceof float[] floats) {
            for (int i = 0; i < floats.length; i++) {
                doubles[i] = floats[i];
            }
            return doubles;
        }
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = number(i);
        }
        return doubles;
    }

    /** All elements as text. */
    public String[] texts() {
        String[] texts = new String[size()];
        Arrays.setAll(texts, this::text);
        return texts;
    }

    /** The same numbers as another type. */
    public TypedTensor as(ElementType other) {
        return other == type ? this : numbers(other, doubles(), shape);
    }

    Object values() {
        return values;
    }

    static TypedTensor wrap(ElementType type, Object values, long... shape) {
        return new TypedTensor(type, values, shape);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TypedTensor tensor
                && type == tensor.type
                && Arrays.equals(shape, tensor.shape)
                && Arrays.deepEquals(new Object[] {values}, new Object[] {tensor.values});
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.deepHashCode(new Object[] {values});
    }

    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }
}
