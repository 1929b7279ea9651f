package io.mlaas.learning.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor of a request or an answer, row-major.
 *
 * @param shape the first axis is the batch
 * @param numbers as many as the shape says; none of {@link DataType#BYTES}
 * @param texts as many as the shape says, of {@link DataType#BYTES} alone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
record InferenceTensor(String name, DataType type, List<Integer> shape, double[] numbers, List<String> texts) {
    private static final int MOST = 1 << 24;

    InferenceTensor {
        int values = type == DataType.BYTES ? texts.size() : numbers.length;
        int count = count(shape, name);
        if (values != count) {
            throw new InferenceException(
                    name + ": " + values + " values (expected: " + count + ", as its shape " + shape + " says)");
        }
    }

    static InferenceTensor of(String name, DataType type, List<Integer> shape, double[] numbers) {
        return new InferenceTensor(name, type, shape, numbers, List.of());
    }

    static InferenceTensor of(String name, List<Integer> shape, List<String> texts) {
        return new InferenceTensor(name, DataType.BYTES, shape, new double[0], texts);
    }

    /** Of its binary form. */
    static InferenceTensor of(String name, DataType type, List<Integer> shape, ByteBuffer given) {
        ByteBuffer bytes = given.order(ByteOrder.LITTLE_ENDIAN);
        if (type == DataType.BYTES) {
            return of(name, shape, texts(bytes, name));
        }
        int count = count(shape, name);
        if (bytes.remaining() != (long) count * type.size()) {
            throw new InferenceException(
                    name + ": " + bytes.remaining() + " bytes (expected: " + (long) count * type.size() + ")");
        }
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = type.read(bytes);
        }
        return of(name, type, shape, numbers);
    }

    /** @throws InferenceException unless there are lengths, none of them negative */
    static List<Integer> shape(List<Long> lengths, String name) {
        if (lengths.isEmpty()) {
            throw new InferenceException(name + ": shape: [] (expected: the batch and what follows)");
        }
        return lengths.stream()
                .map(length -> {
                    if (length < 0 || length > Integer.MAX_VALUE) {
                        throw new InferenceException(name + ": shape: " + lengths + " (expected: integers >= 0)");
                    }
                    return length.intValue();
                })
                .toList();
    }

    private static int count(List<Integer> shape, String name) {
        long count = 1;
        for (int length : shape) {
            count *= length;
            if (count > MOST) {
                throw new InferenceException(name + ": shape: " + shape + " (expected: at most " + MOST + " values)");
            }
        }
        return (int) count;
    }

    int rows() {
        return shape.getFirst();
    }

    int size() {
        return type == DataType.BYTES ? texts.size() : numbers.length;
    }

    /** Values of one row. */
    int width() {
        return rows() == 0 ? 0 : size() / rows();
    }

    private static List<String> texts(ByteBuffer bytes, String name) {
        List<String> texts = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw new InferenceException(
                        name + ": a text of " + length + " bytes where " + bytes.remaining() + " are left");
            }
            byte[] utf8 = new byte[length];
            bytes.get(utf8);
            texts.add(new String(utf8, StandardCharsets.UTF_8));
        }
        return texts;
    }

    /** The binary form of an answer: of texts, integers of 64 bits, or numbers of 64. */
    byte[] bytes() {
        if (type == DataType.BYTES) {
            return bytesOfTexts();
        }
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double number : numbers) {
            if (type == DataType.INT64) {
                bytes.putLong((long) number);
            } else {
                bytes.putDouble(number);
            }
        }
        return bytes.array();
    }

    private byte[] bytesOfTexts() {
        List<byte[]> encoded = texts.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        int size =
                encoded.stream().mapToInt(utf8 -> Integer.BYTES + utf8.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        encoded.forEach(utf8 -> bytes.putInt(utf8.length).put(utf8));
        return bytes.array();
    }
}
