package io.mlaas.onnx.pickle;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads at most a number of bytes, and allocates no more than has really been there to read. */
final class BoundedStream {
    private static final int MAX_LINE = 1 << 20;

    private final InputStream in;
    private final long limit;
    private long left;

    BoundedStream(InputStream in, long limit) {
        this.in = in;
        this.limit = limit;
        this.left = limit;
    }

    int read() throws IOException {
        take(1);
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the pickle ends early");
        }
        return next;
    }

    byte[] bytes(long count) throws IOException {
        if (count < 0 || count > Integer.MAX_VALUE - 64) {
            throw new MalformedPickle("length: " + count + " (expected: 0 to " + (Integer.MAX_VALUE - 64) + ")");
        }
        take(count);
        byte[] bytes = in.readNBytes((int) count);
        if (bytes.length < count) {
            throw new EOFException("the pickle ends early");
        }
        return bytes;
    }

    /** An unsigned little-endian integer of up to 8 bytes. */
    long unsigned(int bytes) throws IOException {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) read() << (8 * i);
        }
        return value;
    }

    String text(long length) throws IOException {
        return new String(bytes(length), StandardCharsets.UTF_8);
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = read(); c != '\n'; c = read()) {
            if (line.length() >= MAX_LINE) {
                throw new MalformedPickle("a line without end");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private void take(long count) {
        if (count > left) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE, "the pickle holds more than " + limit + " bytes (expected: less)");
        }
        left -= count;
    }
}
