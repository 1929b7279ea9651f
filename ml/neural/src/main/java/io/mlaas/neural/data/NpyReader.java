package io.mlaas.neural.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** NumPy's array files (NEP 1, versions 1 to 3): numbers of any size and byte order; Python objects are refused. */
final class NpyReader {
    private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)([a-zA-Z?])(\\d*)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([^)]*)\\)");

    private static final String SUFFIX = ".npy";

    private NpyReader() {}

    static NumberArray readFile(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return read(String.valueOf(file.getFileName()), in);
        }
    }

    static List<NumberArray> readArchive(Path file) throws IOException {
        List<NumberArray> arrays = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().endsWith(SUFFIX)) {
                    arrays.add(read(name(entry), zip));
                }
            }
        }
        if (arrays.isEmpty()) {
            throw new InvalidDataException(
                    file.getFileName() + ": no .npy arrays in the archive (expected: features and labels)");
        }
        return arrays;
    }

    static void visitFile(Path file, ArrayVisitor visitor) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            visit(String.valueOf(file.getFileName()), in, visitor);
        }
    }

    /** Reads only the beginnings of the arrays that the visitor passes over. */
    static void visitArchive(Path file, ArrayVisitor visitor) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (entry.getName().endsWith(SUFFIX)) {
                    try (InputStream in = new BufferedInputStream(zip.getInputStream(entry), 1 << 16)) {
                        visit(name(entry), in, visitor);
                    }
                }
            }
        } catch (ZipException e) {
            throw new InvalidDataException(
                    file.getFileName() + ": " + e.getMessage() + " (expected: an NPZ archive)", e);
        }
    }

    private static String name(ZipEntry entry) {
        return entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
    }

    private static void visit(String name, InputStream stream, ArrayVisitor visitor) throws IOException {
        try {
            DataInputStream in = new DataInputStream(stream);
            Header header = header(name, in);
            ArrayVisitor.NumberSink sink = visitor.visit(name, header.shape(), header.columnMajor());
            if (sink != null) {
                BinaryNumbers.each(in, header.count(), header.kind(), header.width(), header.order(), sink);
            }
        } catch (EOFException e) {
            throw endsEarly(name, e);
        }
    }

    private static NumberArray read(String name, InputStream stream) throws IOException {
        try {
            DataInputStream in = new DataInputStream(stream);
            Header header = header(name, in);
            float[] values = BinaryNumbers.read(in, header.count(), header.kind(), header.width(), header.order());
            return new NumberArray(
                    name,
                    header.shape(),
                    header.columnMajor() ? BinaryNumbers.rowMajor(values, header.shape()) : values);
        } catch (EOFException e) {
            throw endsEarly(name, e);
        }
    }

    private static InvalidDataException endsEarly(String name, EOFException cause) {
        return new InvalidDataException(
                "array \"" + name + "\": the file ends early (expected: all its numbers)", cause);
    }

    private record Header(List<Integer> shape, int count, boolean columnMajor, char kind, int width, ByteOrder order) {}

    private static Header header(String name, DataInputStream in) throws IOException {
        byte[] magic = in.readNBytes(8);
        if (magic.length < 8 || magic[0] != (byte) 0x93 || magic[1] != 'N') {
            throw new InvalidDataException("array \"" + name + "\": not in NPY format (expected: \\x93NUMPY first)");
        }
        byte[] length = new byte[magic[6] == 1 ? 2 : 4];
        in.readFully(length);
        int size = 0;
        for (int i = length.length - 1; i >= 0; i--) {
            size = (size << 8) | (length[i] & 0xFF);
        }
        if (size < 0 || size > 1 << 20) {
            throw new InvalidDataException("array \"" + name + "\": header of " + size + " bytes (expected: less)");
        }
        byte[] header = new byte[size];
        in.readFully(header);
        return header(name, new String(header, StandardCharsets.UTF_8));
    }

    private static Header header(String name, String header) {
        Matcher type = DESCRIPTION.matcher(header);
        Matcher fortran = FORTRAN.matcher(header);
        Matcher shapes = SHAPE.matcher(header);
        if (!type.find() || !fortran.find() || !shapes.find()) {
            throw new InvalidDataException(
                    "array \"" + name + "\": header " + header.strip() + " (expected: an array of numbers)");
        }
        char kind = type.group(2).charAt(0);
        int width = type.group(3).isEmpty() ? 1 : Integer.parseInt(type.group(3));
        if ("iufb?".indexOf(kind) < 0 || width > 8) {
            throw new InvalidDataException("array \"" + name + "\": elements of type " + type.group()
                    + " (expected: integers, floats up to 64 bits or booleans)");
        }
        List<Integer> shape = new ArrayList<>();
        for (String dimension : shapes.group(1).split(",", -1)) {
            if (!dimension.isBlank()) {
                shape.add(Integer.parseInt(dimension.strip()));
            }
        }
        long count = new NumberArray(name, shape, new float[0]).elements();
        if (count > Integer.MAX_VALUE - 8) {
            throw new InvalidDataException("array \"" + name + "\": " + count + " elements (expected: at most "
                    + (Integer.MAX_VALUE - 8) + ")");
        }
        ByteOrder order = type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new Header(shape, (int) count, fortran.group(1).equals("True"), kind, width, order);
    }
}
