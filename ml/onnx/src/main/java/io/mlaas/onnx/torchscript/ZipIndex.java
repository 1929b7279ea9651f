package io.mlaas.onnx.torchscript;

import io.mlaas.onnx.ReadLimits;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The entries of a zip, by the central directory at its end (PKWARE APPNOTE 6.3), with 64-bit sizes. Own code because
 * PyTorch stores entries with trailing data descriptors, which {@link java.util.zip.ZipInputStream} rejects, and because
 * every size is checked against the limits before memory is taken.
 */
public final class ZipIndex {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    /** PyTorch does not pack at all; other writers do not get further than this with real weights. */
    private static final int MAX_RATIO = 100;

    private static final int SMALL = 1 << 24;

    /** Entries from this size on are mapped. */
    private static final int MAPPED = 1 << 20;

    private record Entry(String name, int method, long crc, long packed, long size, long header) {}

    private final ByteSource source;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private ZipIndex(ByteSource source) {
        this.source = source;
    }

    public static ZipIndex read(ByteSource source, ReadLimits limits) throws IOException {
        ZipIndex index = new ZipIndex(source);
        try {
            index.readDirectory(limits);
        } catch (EOFException e) {
            throw damaged("the archive's directory points outside the file", e);
        }
        return index;
    }

    /** Whether an entry has such a name; empty where the directory cannot be read. @throws IOException for the file */
    static Optional<Boolean> anyEntry(Path file, Predicate<String> wanted) throws IOException {
        try (ByteSource source = ByteSource.of(file)) {
            return Optional.of(
                    read(source, ReadLimits.DEFAULT).entries.keySet().stream().anyMatch(wanted));
        } catch (TranslationRefused e) {
            return Optional.empty();
        }
    }

    public Iterable<String> names() {
        return entries.keySet();
    }

    public boolean contains(String name) {
        return entries.containsKey(name);
    }

    /** Unpacked size; -1 for no such entry. */
    public long size(String name) {
        Entry entry = entries.get(name);
        return entry == null ? -1 : entry.size;
    }

    private void readDirectory(ReadLimits limits) throws IOException {
        long end = endRecord();
        ByteBuffer record = source.read(end, 22);
        long count = Short.toUnsignedInt(record.getShort(10));
        long length = Integer.toUnsignedLong(record.getInt(12));
        long position = Integer.toUnsignedLong(record.getInt(16));
        if (count == 0xffff || length == 0xffffffffL || position == 0xffffffffL) {
            ByteBuffer locator = source.read(end - 20, 20);
            require(locator.getInt(0) == LOCATOR_64, "no 64-bit directory where the archive announces one");
            ByteBuffer wide = source.read(locator.getLong(8), 56);
            require(wide.getInt(0) == END_64, "no 64-bit directory where the archive announces one");
            count = wide.getLong(32);
            length = wide.getLong(40);
            position = wide.getLong(48);
        }
        limit(
                count >= 0 && count <= limits.entries(),
                "entries: " + count + " (expected: <= " + limits.entries() + ")");
        limit(length >= 0 && length <= limits.entries() * 1024L, "directory: " + length + " bytes");
        ByteBuffer directory = source.read(position, (int) length);
        long total = 0;
        for (long i = 0; i < count; i++) {
            Entry entry = entry(directory);
            require(entries.put(entry.name, entry) == null, "entry " + entry.name + " occurs twice");
            limit(
                    entry.size >= 0 && entry.size <= limits.totalBytes() - total,
                    "unpacked size: more than " + limits.totalBytes() + " bytes at entry " + entry.name
                            + " (expected: <= " + limits.totalBytes() + ")");
            limit(
                    entry.size <= SMALL || entry.size / MAX_RATIO <= entry.packed,
                    entry.name + ": " + entry.packed + " bytes that unpack to " + entry.size + " (expected: at most "
                            + MAX_RATIO + " times as many)");
            total += entry.size;
        }
        requireApart();
    }

    private long endRecord() throws IOException {
        int tail = (int) Math.min(source.size(), 22 + 0xffff);
        ByteBuffer buffer = source.read(source.size() - tail, tail);
        for (int i = tail - 22; i >= 0; i--) {
            if (buffer.getInt(i) == END) {
                return source.size() - tail + i;
            }
        }
        throw damaged("the archive's directory is missing: the file ends early", null);
    }

    private static Entry entry(ByteBuffer in) {
        require(
                in.remaining() >= 46 && in.getInt(in.position()) == CENTRAL,
                "a broken entry in the archive's directory");
        int at = in.position();
        int flags = in.getShort(at + 8);
        int method = in.getShort(at + 10);
        long crc = Integer.toUnsignedLong(in.getInt(at + 16));
        long packed = Integer.toUnsignedLong(in.getInt(at + 20));
        long size = Integer.toUnsignedLong(in.getInt(at + 24));
        int nameLength = Short.toUnsignedInt(in.getShort(at + 28));
        int extraLength = Short.toUnsignedInt(in.getShort(at + 30));
        int commentLength = Short.toUnsignedInt(in.getShort(at + 32));
        long header = Integer.toUnsignedLong(in.getInt(at + 42));
        in.position(at + 46);
        require(
                in.remaining() >= nameLength + extraLength + commentLength,
                "a broken entry in the archive's directory");
        byte[] name = new byte[nameLength];
        in.get(name);
        int extraEnd = in.position() + extraLength;
        while (in.position() + 4 <= extraEnd) {
            int id = Short.toUnsignedInt(in.getShort());
            int fieldEnd = in.position() + 2 + Short.toUnsignedInt(in.getShort(in.position()));
            in.getShort();
            require(fieldEnd <= extraEnd, "a broken entry in the archive's directory");
            if (id == 1) {
                size = size == 0xffffffffL && in.position() + 8 <= fieldEnd ? in.getLong() : size;
                packed = packed == 0xffffffffL && in.position() + 8 <= fieldEnd ? in.getLong() : packed;
                header = header == 0xffffffffL && in.position() + 8 <= fieldEnd ? in.getLong() : header;
            }
            in.position(fieldEnd);
        }
        in.position(extraEnd + commentLength);
        Entry entry = new Entry(new String(name, StandardCharsets.UTF_8), method, crc, packed, size, header);
        require((flags & 1) == 0, "entry " + entry.name + " is encrypted");
        require(method == STORED || method == DEFLATED, "entry " + entry.name + " is packed by method " + method);
        require(method != STORED || packed == size, "entry " + entry.name + " has two sizes");
        require(packed >= 0 && header >= 0, "entry " + entry.name + " lies outside the file");
        return entry;
    }

    /** Entries that share bytes are the trick of bombs that the sum of sizes does not show. */
    private void requireApart() {
        Entry[] byPosition = entries.values().toArray(Entry[]::new);
        Arrays.sort(byPosition, (a, b) -> Long.compare(a.header, b.header));
        for (int i = 0; i + 1 < byPosition.length; i++) {
            Entry entry = byPosition[i];
            require(
                    entry.packed <= byPosition[i + 1].header - entry.header - 30,
                    "entry " + entry.name + " overlaps the next");
        }
    }

    /**
     * The unpacked bytes of an entry, with its checksum verified.
     *
     * @param limit refuses an entry that is larger
     */
    public byte[] bytes(String name, long limit) throws IOException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw damaged("entry " + name + " is missing", null);
        }
        limit(entry.size <= limit, name + ": " + entry.size + " bytes (expected: <= " + limit + ")");
        try {
            int length = length(entry);
            if (entry.method == STORED) {
                ByteBuffer stored = source.read(begin(entry), length);
                requireChecksum(entry, stored.duplicate());
                return array(stored);
            }
            byte[] bytes = new byte[Math.toIntExact(entry.size)];
            inflate(source.read(begin(entry), length), bytes, name);
            requireChecksum(entry, ByteBuffer.wrap(bytes));
            return bytes;
        } catch (EOFException e) {
            throw damaged("entry " + name + " lies outside the file", e);
        }
    }

    /**
     * As {@link #bytes}, for reading only: what is large and not packed is mapped instead of copied.
     *
     * @return little-endian
     */
    public ByteBuffer content(String name, long limit) throws IOException {
        Entry entry = entries.get(name);
        if (entry == null || entry.method != STORED || entry.size < MAPPED || entry.size > limit) {
            return ByteBuffer.wrap(bytes(name, limit)).order(ByteOrder.LITTLE_ENDIAN);
        }
        try {
            ByteBuffer mapped = source.view(begin(entry), length(entry));
            requireChecksum(entry, mapped.duplicate());
            return mapped;
        } catch (EOFException e) {
            throw damaged("entry " + name + " lies outside the file", e);
        }
    }

    private static int length(Entry entry) {
        limit(entry.packed <= Integer.MAX_VALUE - 64, entry.name + ": " + entry.packed + " bytes");
        return (int) entry.packed;
    }

    /** Where the packed bytes are: behind a header with a name of its own. */
    private long begin(Entry entry) throws IOException {
        ByteBuffer local = source.read(entry.header, 30);
        require(local.getInt(0) == LOCAL, "entry " + entry.name + " does not begin where the directory says");
        return entry.header + 30 + Short.toUnsignedInt(local.getShort(26)) + Short.toUnsignedInt(local.getShort(28));
    }

    private static byte[] array(ByteBuffer buffer) {
        if (buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.array().length == buffer.remaining()) {
            return buffer.array();
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static void requireChecksum(Entry entry, ByteBuffer bytes) {
        CRC32 crc = new CRC32();
        byte[] piece = new byte[Math.min(bytes.remaining(), 1 << 16)];
        while (bytes.hasRemaining()) {
            int some = Math.min(piece.length, bytes.remaining());
            bytes.get(piece, 0, some);
            crc.update(piece, 0, some);
        }
        require(crc.getValue() == entry.crc, "entry " + entry.name + " has another checksum than the directory says");
    }

    private static void inflate(ByteBuffer packed, byte[] bytes, String name) {
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(packed);
            int done = 0;
            while (done < bytes.length) {
                int some = inflater.inflate(bytes, done, bytes.length - done);
                require(some > 0, "entry " + name + " unpacks to fewer bytes than it declares");
                done += some;
            }
            require(
                    inflater.finished() || inflater.inflate(new byte[1]) == 0,
                    "entry " + name + " unpacks to more bytes than it declares");
        } catch (DataFormatException e) {
            throw damaged("entry " + name + " cannot be unpacked", e);
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw damaged(message, null);
        }
    }

    private static void limit(boolean condition, String message) {
        if (!condition) {
            throw new TranslationRefused(Reason.TOO_LARGE, message);
        }
    }

    private static TranslationRefused damaged(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        return cause == null
                ? new TranslationRefused(Reason.DAMAGED, message)
                : new TranslationRefused(Reason.DAMAGED, message, cause);
    }
}
