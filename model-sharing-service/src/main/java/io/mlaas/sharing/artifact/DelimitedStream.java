package io.mlaas.sharing.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Bytes up to the next delimiter, which begins with a byte that does not occur in it again. It is searched for from its
 * last byte (Horspool): of most bytes only one in as many as the delimiter is long is looked at. Made to be slow, a sender
 * can have every byte looked at twice: what was compared with the delimiter from its first byte on cannot contain the
 * beginning of another one.
 */
final class DelimitedStream extends InputStream {
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final byte[] delimiter;
    private final int[] shift = new int[256];
    private final byte[] buffer;

    /** From here to the limit is what was read and not taken. */
    private int position;

    /** Up to here it is known to come before the delimiter. */
    private int contentEnd;

    private int limit;
    private boolean atDelimiter;

    /** @param before is read first */
    DelimitedStream(byte[] before, InputStream in, byte[] delimiter) {
        this.in = in;
        this.delimiter = delimiter;
        this.buffer = Arrays.copyOf(before, BUFFER + delimiter.length);
        this.limit = before.length;
        int last = delimiter.length - 1;
        Arrays.fill(shift, delimiter.length);
        for (int i = 0; i < last; i++) {
            shift[delimiter[i] & 0xff] = last - i;
        }
        search();
    }

    /** The stream ended, and there was no delimiter any more. */
    static final class Ended extends IOException {
        private static final long serialVersionUID = 1L;

        Ended() {
            super("the stream ended before the delimiter");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /** -1 means that the delimiter comes next. */
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position == contentEnd) {
            if (atDelimiter) {
                return -1;
            }
            fill();
            search();
        }
        int count = Math.min(length, contentEnd - position);
        System.arraycopy(buffer, position, into, offset, count);
        position += count;
        return count;
    }

    /** Passes what is left before the delimiter, and the delimiter. */
    void pass() throws IOException {
        while (!atDelimiter) {
            position = contentEnd;
            fill();
            search();
        }
        position = contentEnd + delimiter.length;
        contentEnd = position;
        atDelimiter = false;
    }

    /** The next byte, after a delimiter, whatever it is; {@link #content} ends that. */
    int plain() throws IOException {
        if (position == limit) {
            fill();
        }
        contentEnd = position + 1;
        return buffer[position++] & 0xff;
    }

    /** From here to the next delimiter there is content. */
    void content() {
        search();
    }

    // What is left is shorter than the delimiter: there is always room.
    private void fill() throws IOException {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
        contentEnd = 0;
        int count = in.read(buffer, limit, buffer.length - limit);
        if (count < 0) {
            throw new Ended();
        }
        limit += count;
    }

    private void search() {
        int last = delimiter.length - 1;
        byte lastByte = delimiter[last];
        int at = position;
        while (at + last < limit) {
            byte there = buffer[at + last];
            if (there == lastByte && Arrays.equals(buffer, at, at + last, delimiter, 0, last)) {
                contentEnd = at;
                atDelimiter = true;
                return;
            }
            at += shift[there & 0xff];
        }
        contentEnd = Math.max(position, limit - last);
        atDelimiter = false;
    }
}
