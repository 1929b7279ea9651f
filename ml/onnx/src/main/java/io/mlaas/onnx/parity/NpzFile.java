package io.mlaas.onnx.parity;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Arrays saved by {@code numpy.savez} or {@code savez_compressed}: format 1.0 to 3.0 of {@code .npy}, numbers and text,
 * never Python objects.
 */
public final class NpzFile {
    private static final int MAX_ARRAYS = 1000;
    private static final long MAX_BYTES = 1L << 29;
    private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([<>|=])([a-zA-Z])(\\d+)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");

    private NpzFile() {}

    /**
     * @throws IllegalArgumentException when it is no such file, or larger than half a GiB
     * @throws IOException when the file cannot be read
     */
    public static NamedTensors read(Path file) throws IOException {
        Map<String, TypedTensor> arrays = new LinkedHashMap<>();
        long left = MAX_BYTES;
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() > MAX_ARRAYS) {
                throw new IllegalArgumentException("arrays: " + zip.size() + " (expected: <= " + MAX_ARRAYS + ")");
            }
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (!entry.getName().endsWith(".npy")) {
                    throw new IllegalArgumentException("entry: " + entry.getName() + " (expected: arrays, *.npy)");
                }
                try (InputStream in = zip.getInputStream(entry)) {
                    byte[] bytes = in.readNBytes((int) left);
                    left -= bytes.length;
                    if (left <= 0) {
                        throw new IllegalArgumentException(
                                "arrays: more than " + MAX_BYTES + " bytes at " + entry.getName());
                    }
                    String name = entry.getName().substring(0, entry.getName().length() - ".npy".length());
                    arrays.put(name, array(name, bytes));
                }
            }
        } catch (ZipException e) {
            throw new IllegalArgumentException(file.getFileName() + ": no file of numpy.savez: " + e.getMessage(), e);
        }
        return new NamedTensors(arrays);
    }

    private static TypedTensor array(String name, byte[] bytes) {
        if (bytes.length < 12
                || bytes[0] != (byte) 0x93
                || !new String(bytes, 1, 5, StandardCharsets.US_ASCII).equals("NUMPY")) {
            throw damaged(name, "no .npy header");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long headerLength = bytes[6] == 1 ? Short.toUnsignedInt(in.getShort(8)) : Integer.toUnsignedLong(in.getInt(8));
        int start = bytes[6] == 1 ? 10 : 12;
        if (headerLength > bytes.length - start) {
            throw damaged(name, "a header of " + headerLength + " bytes");
        }
        String header = new String(bytes, start, (int) headerLength, StandardCharsets.UTF_8);
        Matcher description = DESCRIPTION.matcher(header);
        Matcher fortran = FORTRAN.matcher(header);
        Matcher sizes = SHAPE.matcher(header);
        if (!description.find() || !fortran.find() || !sizes.find()) {
            throw damaged(name, "header " + header.strip() + " (expected: numbers or text)");
        }
        long[] shape = Arrays.stream(sizes.group(1).split(",", -1))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
        in.order(description.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        in.position(start + (int) headerLength);
        return values(
                name,
                in,
                description.group(2),
                Integer.parseInt(description.group(3)),
                shape,
                fortran.group(1).equals("True"));
    }

    private static TypedTensor values(
            String name, ByteBuffer in, String kind, int width, long[] shape, boolean fortran) {
        int count = count(name, shape);
        int itemBytes = kind.equals("U") ? Math.multiplyExact(4, width) : width;
        if ((long) count * itemBytes != in.remaining()) {
            throw damaged(name, in.remaining() + " bytes (expected: " + (long) count * itemBytes + ")");
        }
        int[] place = places(shape, count, fortran);
        if (kind.equals("U") || kind.equals("S")) {
            String[] texts = new String[count];
            for (int i = 0; i < count; i++) {
                texts[place[i]] = text(in, kind, width);
            }
            return TypedTensor.strings(texts, shape);
        }
        if (kind.equals("i") && width == 8) {
            long[] whole = new long[count];
            for (int i = 0; i < count; i++) {
                whole[place[i]] = in.getLong();
            }
            return TypedTensor.int64(whole, shape);
        }
        ElementType type = type(name, kind, width);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[place[i]] = number(in, type);
        }
        return TypedTensor.numbers(type, numbers, shape);
    }

    private static int count(String name, long... shape) {
        try {
            return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(name + ": shape " + Arrays.toString(shape), e);
        }
    }

    /** Where each stored element belongs in row-major order. */
    private static int[] places(long[] shape, int count, boolean fortran) {
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            places[i] = i;
            if (fortran) {
                int rest = i;
                int place = 0;
                for (int axis = 0; axis < shape.length; axis++) {
                    int index = (int) (rest % shape[axis]);
                    rest = (int) (rest / shape[axis]);
                    int stride = 1;
                    for (int later = axis + 1; later < shape.length; later++) {
                        stride *= (int) shape[later];
                    }
                    place += index * stride;
                }
                places[i] = place;
            }
        }
        return places;
    }

    private static ElementType type(String name, String kind, int width) {
        return switch (kind + width) {
            case "f8" -> ElementType.FLOAT64;
            case "f4" -> ElementType.FLOAT32;
            case "f2" -> ElementType.FLOAT16;
            case "i4" -> ElementType.INT32;
            case "i2" -> ElementType.INT16;
            case "i1" -> ElementType.INT8;
            case "u1" -> ElementType.UINT8;
            case "b1" -> ElementType.BOOL;
            default ->
                throw damaged(
                        name,
                        "elements " + kind + width + " (expected: one of "
                                + List.of("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u1", "b1", "U", "S") + ")");
        };
    }

    private static double number(ByteBuffer in, ElementType type) {
        return switch (type) {
            case FLOAT64 -> in.getDouble();
            case FLOAT32 -> in.getFloat();
            case FLOAT16 -> Float.float16ToFloat(in.getShort());
            case INT32 -> in.getInt();
            case INT16 -> in.getShort();
            case INT8, BOOL -> in.get();
            case UINT8 -> Byte.toUnsignedInt(in.get());
            case BFLOAT16, INT64, STRING -> throw new IllegalStateException("type: " + type);
        };
    }

    private static String text(ByteBuffer in, String kind, int width) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < width; i++) {
            int point = kind.equals("U") ? in.getInt() : Byte.toUnsignedInt(in.get());
            if (point != 0 && Character.isValidCodePoint(point)) {
                text.appendCodePoint(point);
            }
        }
        return text.toString();
    }

    private static IllegalArgumentException damaged(String name, String what) {
        return new IllegalArgumentException(name + ".npy: " + what);
    }
}
