package io.mlaas.onnx.pickle;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.EmptyStackException;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/**
 * A file that {@code pickle.dump} or {@code joblib.dump} wrote, also compressed in each way that joblib knows (zlib, gzip,
 * bz2, lzma, xz, lz4), decoded to data: see {@link PickledObject} for the kinds of values.
 */
public final class PickleFile {
    /** Dictionary memory of xz and lzma. */
    private static final int XZ_MEMORY_KIB = 128 * 1024;

    private PickleFile() {}

    /** Whether the file begins as a pickle, after decompression if it is compressed. */
    public static boolean recognizes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                BufferedInputStream raw = new BufferedInputStream(in, 1 << 16)) {
            return startsAsPickle(raw);
        }
    }

    private static boolean startsAsPickle(BufferedInputStream raw) {
        try (InputStream plain = new BufferedInputStream(decompressed(raw), 64)) {
            return isPickle(head(plain));
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
            return false; // what cannot be decompressed is no model
        }
    }

    /** @throws TranslationRefused when it is no pickle, a damaged one, or one that names what is not on the allow-list */
    public static @Nullable Object read(Path file, PickleLimits limits) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, limits);
        }
    }

    /** @throws TranslationRefused as {@link #read(Path, PickleLimits)} */
    public static @Nullable Object read(InputStream in, PickleLimits limits) throws IOException {
        BufferedInputStream raw = new BufferedInputStream(in, 1 << 16);
        try (InputStream plain = new BufferedInputStream(decompressed(raw), 1 << 16)) {
            if (!isPickle(head(plain))) {
                throw new TranslationRefused(Reason.DAMAGED, "the file is no pickle");
            }
            BoundedStream bounded = new BoundedStream(plain, limits.maxBytes());
            return new PickleMachine(bounded, new PickleMachine.Budget(limits.maxObjects()), true).load();
        } catch (MemoryLimitException e) {
            throw new TranslationRefused(Reason.TOO_LARGE, "the file asks for too much memory to decompress", e);
        } catch (MalformedPickle e) {
            throw new TranslationRefused(Reason.DAMAGED, "no valid pickle: " + e.getMessage(), e);
        } catch (IOException
                | ClassCastException
                | IndexOutOfBoundsException
                | NoSuchElementException
                | EmptyStackException
                | ArithmeticException
                | DateTimeException
                | IllegalArgumentException e) {
            // whatever a damaged stream runs into, here and in the decompressors
            throw new TranslationRefused(Reason.DAMAGED, "no valid pickle: the file is cut off or damaged", e);
        }
    }

    private enum Compression {
        NONE,
        ZLIB,
        GZIP,
        BZ2,
        XZ,
        LZMA,
        LZ4
    }

    private static Compression compression(byte[] head) {
        if (starts(head, 0x1f, 0x8b)) {
            return Compression.GZIP;
        }
        if (starts(head, 'B', 'Z', 'h')) {
            return Compression.BZ2;
        }
        if (starts(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
            return Compression.XZ;
        }
        if (starts(head, 0x5d, 0, 0)) {
            return Compression.LZMA;
        }
        if (starts(head, 4, 0x22, 0x4d, 0x18)) {
            return Compression.LZ4;
        }
        // RFC 1950: method deflate, and the header a multiple of 31
        boolean zlib = head.length > 1 && head[0] == 0x78 && (0x7800 + (head[1] & 255)) % 31 == 0;
        return zlib ? Compression.ZLIB : Compression.NONE;
    }

    private static InputStream decompressed(BufferedInputStream raw) throws IOException {
        return switch (compression(head(raw))) {
            case NONE -> raw;
            case ZLIB -> new InflaterInputStream(raw);
            case GZIP -> new GZIPInputStream(raw, 1 << 16);
            case BZ2 -> new BZip2CompressorInputStream(raw, true);
            case XZ -> new XZInputStream(raw, XZ_MEMORY_KIB);
            case LZMA -> new LZMAInputStream(raw, XZ_MEMORY_KIB);
            case LZ4 -> new FramedLZ4CompressorInputStream(raw, true);
        };
    }

    private static byte[] head(InputStream in) throws IOException {
        in.mark(16);
        byte[] head = in.readNBytes(16);
        in.reset();
        return head;
    }

    /** Protocols 2 to 5 say so; 0 and 1 begin with the instructions that begin an object, a list or a dictionary. */
    private static boolean isPickle(byte[] head) {
        if (head.length < 2) {
            return false;
        }
        int first = head[0] & 255;
        return first == 0x80
                ? head[1] >= 2 && head[1] <= 5
                : (first == 'c' && Character.isLetter(head[1] & 255) && head[1] > 0)
                        || (first == '(' && "dlcit".indexOf(head[1]) >= 0)
                        || ((first == ']' || first == '}') && head[1] == 'q');
    }

    private static boolean starts(byte[] head, int... magic) {
        if (head.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[i] & 255) != magic[i]) {
                return false;
            }
        }
        return true;
    }
}
