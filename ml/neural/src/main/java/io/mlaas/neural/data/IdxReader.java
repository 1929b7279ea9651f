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
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The idx-ubyte format of the MNIST files: images and labels, each gzipped or not, together in a zip or a tar (gzipped or
 * not). Where several pairs lie together, the one whose names begin with "train" is read.
 */
final class IdxReader {
    private final String file;
    private final List<NumberArray> images = new ArrayList<>();
    private final List<NumberArray> labels = new ArrayList<>();

    private IdxReader(String file) {
        this.file = file;
    }

    static List<NumberArray> read(Path path) throws IOException {
        IdxReader reader = new IdxReader(String.valueOf(path.getFileName()));
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16)) {
            reader.content(reader.file, in);
        } catch (EOFException e) {
            throw new InvalidDataException(path.getFileName() + ": the file ends early (expected: complete arrays)", e);
        }
        if (reader.images.isEmpty() || reader.labels.isEmpty()) {
            throw new InvalidDataException(path.getFileName() + ": " + reader.images.size() + " idx image arrays and "
                    + reader.labels.size() + " idx label arrays (expected: one of each, together in a zip or tar)");
        }
        return List.of(train(reader.images, "images"), train(reader.labels, "labels"));
    }

    private static NumberArray train(List<NumberArray> arrays, String as) {
        NumberArray chosen = arrays.stream()
                .filter(a -> a.name().substring(a.name().lastIndexOf('/') + 1).startsWith("train"))
                .findFirst()
                .orElse(arrays.getFirst());
        return new NumberArray(as, chosen.shape(), chosen.values());
    }

    private void content(String name, InputStream raw) throws IOException {
        InputStream in = raw.markSupported() ? raw : new BufferedInputStream(raw, 1 << 16);
        in.mark(512);
        byte[] start = in.readNBytes(512);
        in.reset();
        if (start.length >= 2 && start[0] == 0x1f && start[1] == (byte) 0x8b) {
            content(name, new BufferedInputStream(new GZIPInputStream(in), 1 << 16));
        } else if (start.length >= 2 && start[0] == 'P' && start[1] == 'K') {
            ZipInputStream zip = new ZipInputStream(in);
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory()) {
                    content(entry.getName(), new BufferedInputStream(zip, 1 << 16));
                }
            }
        } else if (start.length > 262 && new String(start, 257, 5, StandardCharsets.US_ASCII).equals("ustar")) {
            tar(in);
        } else if (start.length >= 4 && start[0] == 0 && start[1] == 0) {
            idx(name, new DataInputStream(in));
        }
    }

    /** POSIX.1-1988 (ustar) headers; other kinds of entries than files are passed over. */
    private void tar(InputStream in) throws IOException {
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
            byte[] content = in.readNBytes((int) size);
            in.skipNBytes((512 - size % 512) % 512);
            if (header[156] == '0' || header[156] == 0) {
                content(name, new java.io.ByteArrayInputStream(content));
            }
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
        float[] values = BinaryNumbers.read(in, (int) count, 'u', 1, ByteOrder.BIG_ENDIAN);
        (dimensions == 1 ? labels : images).add(new NumberArray(name, shape, values));
    }
}
