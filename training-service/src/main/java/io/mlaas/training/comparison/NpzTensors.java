package io.mlaas.training.comparison;

import io.mlaas.training.comparison.TensorFile.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Arrays of numbers as {@code numpy.savez} writes them. */
final class NpzTensors {
    private static final Pattern HEADER = Pattern.compile(
            "\\{'descr':\\s*'([<|])([a-z]\\d)',\\s*'fortran_order':\\s*False,\\s*'shape':\\s*\\(([0-9, ]*)\\),?\\s*\\}\\s*");
    private static final Map<String, NumberType> TYPES = Map.ofEntries(
            Map.entry("f8", NumberType.FLOAT64),
            Map.entry("f4", NumberType.FLOAT32),
            Map.entry("f2", NumberType.FLOAT16),
            Map.entry("i8", NumberType.INT64),
            Map.entry("i4", NumberType.INT32),
            Map.entry("i2", NumberType.INT16),
            Map.entry("i1", NumberType.INT8),
            Map.entry("u8", NumberType.UINT64),
            Map.entry("u4", NumberType.UINT32),
            Map.entry("u2", NumberType.UINT16),
            Map.entry("u1", NumberType.UINT8),
            Map.entry("b1", NumberType.BOOL));
    private static final int MOST_BYTES = 1 << 30;

    private NpzTensors() {}

    static SequencedMap<String, TensorView> read(Path file) throws IOException, Unreadable {
        SequencedMap<String, TensorView> arrays = new LinkedHashMap<>();
        int left = MOST_BYTES;
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (!entry.getName().endsWith(".npy")) {
                    throw new Unreadable(entry.getName() + " (expected: arrays, *.npy)");
                }
                try (InputStream in = zip.getInputStream(entry)) {
                    byte[] bytes = in.readNBytes(left);
                    left -= bytes.length;
                    if (left <= 0) {
                        throw new Unreadable("more than " + MOST_BYTES + " bytes");
                    }
                    arrays.put(entry.getName().replaceFirst("\\.npy$", ""), array(bytes));
                }
            }
        }
        return arrays;
    }

    private static TensorView array(byte[] bytes) throws Unreadable {
        if (bytes.length < 12 || !new String(bytes, 1, 5, StandardCharsets.US_ASCII).equals("NUMPY")) {
            throw new Unreadable("no .npy header");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int start = bytes[6] == 1 ? 10 : 12;
        long length = bytes[6] == 1 ? Short.toUnsignedInt(in.getShort(8)) : Integer.toUnsignedLong(in.getInt(8));
        if (start + length > bytes.length) {
            throw new Unreadable("a header of " + length + " bytes");
        }
        Matcher header = HEADER.matcher(new String(bytes, start, (int) length, StandardCharsets.UTF_8));
        NumberType type = header.matches() ? TYPES.get(header.group(2)) : null;
        if (type == null) {
            throw new Unreadable("an array that is not of little-endian numbers in row-major order");
        }
        List<Long> shape = new ArrayList<>();
        Arrays.stream(header.group(3).split(",", -1))
                .map(String::strip)
                .filter(size -> !size.isEmpty())
                .forEach(size -> shape.add(Long.valueOf(size)));
        ByteBuffer elements = in.slice(start + (int) length, bytes.length - start - (int) length)
                .order(ByteOrder.LITTLE_ENDIAN);
        return SafeTensors.checked(type, shape, elements);
    }
}
