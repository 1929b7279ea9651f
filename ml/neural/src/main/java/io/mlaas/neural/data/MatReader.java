package io.mlaas.neural.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Numeric arrays of MAT files, level 5, compressed or not. Structures, cells, sparse and complex arrays are passed over.
 *
 * <p>Source: MathWorks, MAT-File Format, chapter 1 (level 5).
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way through
final class MatReader {
    private static final int MATRIX = 14;
    private static final int COMPRESSED = 15;

    private final ByteOrder order;
    private final String file;

    private MatReader(String file, ByteOrder order) {
        this.file = file;
        this.order = order;
    }

    static List<NumberArray> read(Path path) throws IOException {
        List<NumberArray> arrays = new ArrayList<>();
        read(
                path,
                (reader, in, name, shape) ->
                        arrays.add(new NumberArray(name, shape, reader.columnsToRows(in, name, shape))));
        return arrays;
    }

    /** Reads only the beginnings of the arrays that the visitor passes over. */
    static void visit(Path path, ArrayVisitor visitor) throws IOException {
        read(path, (reader, in, name, shape) -> {
            ArrayVisitor.NumberSink sink = visitor.visit(name, shape, true);
            if (sink != null) {
                reader.each(in, name, shape, sink);
            }
        });
    }

    /** What is done with an array, whose numbers come next in the stream. */
    private interface Taker {
        void array(MatReader reader, DataInputStream in, String name, List<Integer> shape) throws IOException;
    }

    private static void read(Path path, Taker taker) throws IOException {
        String name = String.valueOf(path.getFileName());
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16))) {
            byte[] header = in.readNBytes(128);
            if (header.length < 128) {
                throw new InvalidDataException(
                        name + ": " + header.length + " bytes (expected: a MAT v5 header of 128)");
            }
            boolean little = header[126] == 'I' && header[127] == 'M';
            new MatReader(name, little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN).elements(in, taker);
        } catch (EOFException e) {
            throw new InvalidDataException(name + ": the file ends early (expected: complete arrays)", e);
        } catch (ZipException e) {
            throw new InvalidDataException(name + ": " + e.getMessage() + " (expected: compressed arrays)", e);
        }
    }

    private void elements(DataInputStream in, Taker taker) throws IOException {
        boolean any = false;
        while (true) {
            byte[] tag = in.readNBytes(8);
            if (tag.length < 8) {
                break;
            }
            ByteBuffer fields = ByteBuffer.wrap(tag).order(order);
            int type = fields.getInt();
            long size = fields.getInt() & 0xFFFF_FFFFL;
            LimitedStream content = new LimitedStream(in, size);
            if (type == COMPRESSED) {
                DataInputStream inflated =
                        new DataInputStream(new BufferedInputStream(new InflaterInputStream(content), 1 << 16));
                ByteBuffer inner = ByteBuffer.wrap(inflated.readNBytes(8)).order(order);
                if (inner.capacity() == 8 && inner.getInt() == MATRIX) {
                    any |= matrix(inflated, taker);
                }
            } else if (type == MATRIX) {
                any |= matrix(new DataInputStream(content), taker);
            }
            content.skipRest();
        }
        if (!any) {
            throw new InvalidDataException(file + ": no numeric arrays (expected: features and labels)");
        }
    }

    /** Whether it is an array of numbers. */
    private boolean matrix(DataInputStream in, Taker taker) throws IOException {
        Element flags = element(in);
        int word = ByteBuffer.wrap(flags.bytes()).order(order).getInt();
        int kind = word & 0xFF;
        boolean complex = (word & 0x800) != 0;
        float[] dimensions = numbers(element(in));
        String name = new String(element(in).bytes(), StandardCharsets.US_ASCII);
        if (kind < 6 || kind > 15 || complex) {
            return false;
        }
        List<Integer> shape = new ArrayList<>();
        for (float dimension : dimensions) {
            shape.add((int) dimension);
        }
        taker.array(this, in, name, shape);
        return true;
    }

    private float[] columnsToRows(DataInputStream in, String name, List<Integer> shape) throws IOException {
        Tag tag = numbersOf(in, name, shape);
        byte[] small = tag.small();
        float[] values = small == null
                ? BinaryNumbers.read(in, tag.size() / width(tag.type()), kind(tag.type()), width(tag.type()), order)
                : numbers(new Element(tag.type(), small));
        return BinaryNumbers.rowMajor(values, shape);
    }

    private void each(DataInputStream in, String name, List<Integer> shape, ArrayVisitor.NumberSink sink)
            throws IOException {
        Tag tag = numbersOf(in, name, shape);
        byte[] small = tag.small();
        DataInputStream from = small == null ? in : new DataInputStream(new ByteArrayInputStream(small));
        int width = width(tag.type());
        BinaryNumbers.each(from, tag.size() / width, kind(tag.type()), width, order, sink);
    }

    private Tag numbersOf(DataInputStream in, String name, List<Integer> shape) throws IOException {
        long count = new NumberArray(name, shape, new float[0]).elements();
        Tag tag = tag(in);
        if (count != tag.size() / width(tag.type())) {
            throw new InvalidDataException(file + ", array \"" + name + "\": " + tag.size() / width(tag.type())
                    + " numbers (expected: " + count + " for shape " + shape + ")");
        }
        return tag;
    }

    private record Tag(int type, int size, byte @org.jspecify.annotations.Nullable [] small) {}

    private record Element(int type, byte[] bytes) {}

    /** A tag of 8 bytes, or a small element whose content lies in the tag's second half. */
    private Tag tag(DataInputStream in) throws IOException {
        byte[] bytes = new byte[8];
        in.readFully(bytes);
        ByteBuffer fields = ByteBuffer.wrap(bytes).order(order);
        int first = fields.getInt();
        int size = first >>> 16;
        if (size != 0) {
            byte[] content = new byte[Math.min(size, 4)];
            System.arraycopy(bytes, 4, content, 0, content.length);
            return new Tag(first & 0xFFFF, content.length, content);
        }
        int length = fields.getInt();
        if (length < 0) {
            throw new InvalidDataException(
                    file + ": element of " + (length & 0xFFFF_FFFFL) + " bytes (expected: at most 2 GiB)");
        }
        return new Tag(first, length, null);
    }

    private Element element(DataInputStream in) throws IOException {
        Tag tag = tag(in);
        byte[] small = tag.small();
        if (small != null) {
            return new Element(tag.type(), small);
        }
        if (tag.size() > 1 << 20) {
            throw new InvalidDataException(file + ": array header of " + tag.size() + " bytes (expected: less)");
        }
        byte[] bytes = new byte[tag.size()];
        in.readFully(bytes);
        in.skipNBytes((8 - tag.size() % 8) % 8);
        return new Element(tag.type(), bytes);
    }

    private float[] numbers(Element element) throws IOException {
        int width = width(element.type());
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(element.bytes()));
        return BinaryNumbers.read(in, element.bytes().length / width, kind(element.type()), width, order);
    }

    private int width(int type) {
        return switch (type) {
            case 1, 2 -> 1;
            case 3, 4 -> 2;
            case 5, 6, 7 -> 4;
            case 9, 12, 13 -> 8;
            default -> throw new InvalidDataException(file + ": element type " + type + " (expected: numbers)");
        };
    }

    private static char kind(int type) {
        return switch (type) {
            case 1, 3, 5, 12 -> 'i';
            case 7, 9 -> 'f';
            default -> 'u';
        };
    }
}
