package io.mlaas.neural.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * The idx-ubyte format of the MNIST files: images and labels, each gzipped or not, together in a zip or a tar (gzipped or
 * not). Where several pairs lie together, the one whose names begin with "train" is read.
 */
final class IdxReader {
    /** A pair may lie gzipped in a tar, which is gzipped. */
    private static final int DEEPEST = 5;

    private static final long MOST_BYTES = 1L << 32;

    private final String file;
    private final Taker taker;

    private IdxReader(String file, Taker taker) {
        this.file = file;
        this.taker = taker;
    }

    /** What is done with an array, whose bytes come next in the stream. */
    private interface Taker {
        void array(String name, List<Integer> shape, DataInputStream in) throws IOException;
    }

    static List<NumberArray> read(Path path) throws IOException {
        List<NumberArray> found = new ArrayList<>();
        walk(path, (name, shape, in) -> found.add(new NumberArray(name, shape, values(shape, in))));
        Pair pair = Pair.among(found, path);
        return List.of(
                new NumberArray("images", pair.images.shape(), pair.images.values()),
                new NumberArray("labels", pair.labels.shape(), pair.labels.values()));
    }

    /** Shows the arrays {@code images} and {@code labels}; only numbers that the visitor asks for are looked at. */
    static void visit(Path path, ArrayVisitor visitor) throws IOException {
        List<NumberArray> heads = new ArrayList<>();
        walk(path, (name, shape, in) -> heads.add(new NumberArray(name, shape, new float[0])));
        Pair pair = Pair.among(heads, path);
        walk(path, (name, shape, in) -> {
            boolean images = name.equals(pair.images.name()) && shape.equals(pair.images.shape());
            if (images || (name.equals(pair.labels.name()) && shape.equals(pair.labels.shape()))) {
                ArrayVisitor.NumberSink sink = visitor.visit(images ? "images" : "labels", shape, false);
                if (sink != null) {
                    BinaryNumbers.each(in, elements(shape), 'u', 1, ByteOrder.BIG_ENDIAN, sink);
                }
            }
        });
    }

    private static void walk(Path path, Taker taker) throws IOException {
        String file = String.valueOf(path.getFileName());
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
            new IdxReader(file, taker).content(file, in, 0);
        } catch (EOFException e) {
            throw new InvalidDataException(file + ": the file ends early (expected: complete arrays)", e);
        } catch (ZipException e) {
            throw new InvalidDataException(file + ": " + e.getMessage() + " (expected: compressed idx files)", e);
        }
    }

    /** Those whose names begin with "train", where there are several. */
    private record Pair(NumberArray images, NumberArray labels) {
        static Pair among(List<NumberArray> arrays, Path path) {
            List<NumberArray> labels =
                    arrays.stream().filter(a -> a.shape().size() == 1).toList();
            List<NumberArray> images =
                    arrays.stream().filter(a -> a.shape().size() > 1).toList();
            if (images.isEmpty() || labels.isEmpty()) {
                throw new InvalidDataException(path.getFileName() + ": " + images.size() + " idx image arrays and "
                        + labels.size() + " idx label arrays (expected: one of each, together in a zip or tar)");
            }
            return new Pair(train(images), train(labels));
        }

        private static NumberArray train(List<NumberArray> arrays) {
            return arrays.stream()
                    .filter(a ->
                            a.name().substring(a.name().lastIndexOf('/') + 1).startsWith("train"))
                    .findFirst()
                    .orElse(arrays.getFirst());
        }
    }

    private void content(String name, InputStream raw, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new InvalidDataException(file + ": archives in archives (expected: at most " + DEEPEST + ")");
        }
        InputStream in = raw.markSupported() ? raw : new BufferedInputStream(raw, 1 << 16);
        in.mark(512);
        byte[] start = in.readNBytes(512);
        in.reset();
        if (start.length >= 2 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
            member(name, new GZIPInputStream(in), depth);
        } else if (start.length >= 2 && start[0] == 'P' && start[1] == 'K') {
            ZipInputStream zip = new ZipInputStream(in);
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory()) {
                    member(entry.getName(), zip, depth);
                }
            }
        } else if (start.length > 262 && new String(start, 257, 5, StandardCharsets.US_ASCII).equals("ustar")) {
            tar(in, depth);
        } else if (start.length >= 4 && start[0] == 0 && start[1] == 0) {
            idx(name, new DataInputStream(in));
        }
    }

    /** To its end, since what follows in an archive lies behind it. */
    private void member(String name, InputStream in, int depth) throws IOException {
        LimitedStream unpacked = new LimitedStream(in, MOST_BYTES);
        content(name, new BufferedInputStream(unpacked, 1 << 16), depth + 1);
        unpacked.transferTo(OutputStream.nullOutputStream());
        if (unpacked.left() == 0) {
            throw new InvalidDataException(
                    file + ": " + name + " unpacks to more than " + MOST_BYTES + " bytes (expected: less)");
        }
    }

    /** POSIX.1-1988 (ustar) headers; other kinds of entries than files are passed over. */
    private void tar(InputStream in, int depth) throws IOException {
        while (true) {
            byte[] header = in.readNBytes(512);
            if (header.length < 512 || header[0] == 0) {
                return;
            }
            String name = new String(header, 0, 100, StandardCharsets.UTF_8).replace("\0", "");
            String octal = new String(header, 124, 12, StandardCharsets.US_ASCII)
                    .replace("\0", "")
                    .strip();
            long size;
            try {
                size = Long.parseLong(octal, 8);
            } catch (NumberFormatException e) {
                throw new InvalidDataException(
                        file + ": tar entry " + name + " of size \"" + octal + "\" (expected: an octal number)", e);
            }
            if (size > Integer.MAX_VALUE - 8) {
                throw new InvalidDataException(
                        file + ": tar entry " + name + " of " + size + " bytes (expected: < 2 GiB)");
            }
            LimitedStream content = new LimitedStream(in, size);
            if (header[156] == '0' || header[156] == 0) {
                content(name, content, depth + 1);
            }
            content.skipRest();
            in.skipNBytes((512 - size % 512) % 512);
        }
    }

    private void idx(String name, DataInputStream in) throws IOException {
        int magic = in.readInt();
        int type = magic >>> 8 & 0xFF;
        int dimensions = magic & 0xFF;
        if (magic >>> 16 != 0 || type != 8 || dimensions < 1 || dimensions > 4) {
            throw new InvalidDataException(name + ": magic number " + Integer.toHexString(magic)
                    + " (expected: 801 for labels or 803 for images, of unsigned bytes)");
        }
        List<Integer> shape = new ArrayList<>();
        long count = 1;
        for (int i = 0; i < dimensions; i++) {
            shape.add(in.readInt());
            count *= shape.getLast();
            if (shape.getLast() < 0 || count > Integer.MAX_VALUE - 8) {
                throw new InvalidDataException(name + ": dimensions " + shape + " (expected: less than 2 GiB in all)");
            }
        }
        taker.array(name, List.copyOf(shape), in);
    }

    private static float[] values(List<Integer> shape, DataInputStream in) throws IOException {
        return BinaryNumbers.read(in, elements(shape), 'u', 1, ByteOrder.BIG_ENDIAN);
    }

    private static int elements(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }
}
