package io.mlaas.training.runner.container;

import io.mlaas.training.workspace.JobLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Copies a container's output into the job's log, at most {@code limit} bytes of it and then its end. The daemon gives the
 * output from its beginning; what the log already has of it is passed over, so that a copy may be broken off and begun again.
 */
final class OutputLog {
    private static final int END = 64 * 1024;

    private final Path log;
    private final long limit;
    private long known;
    private long written;
    private byte[] end = new byte[0];
    private boolean closed;

    /** @param start where in the log the output begins */
    OutputLog(Path log, long start, long limit) throws IOException {
        this.log = log;
        this.limit = limit;
        Files.createDirectories(log.getParent());
        long has = Files.exists(log) ? Math.max(0, Files.size(log) - start) : 0;
        if (has > limit) {
            // an end that was added by one who did not live to say so
            try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.truncate(start + limit);
            }
        }
        this.known = Math.min(has, limit);
        this.written = known;
    }

    /** The next bytes of the output. */
    synchronized void accept(byte[] bytes) throws IOException {
        if (closed) {
            return;
        }
        int skipped = (int) Math.min(known, bytes.length);
        known -= skipped;
        int taken = (int) Math.min(limit - written, bytes.length - skipped);
        if (taken > 0) {
            append(bytes, skipped, taken);
            written += taken;
        }
        int over = bytes.length - skipped - taken;
        if (over > 0) {
            byte[] all = Arrays.copyOf(end, end.length + over);
            System.arraycopy(bytes, bytes.length - over, all, end.length, over);
            end = all.length <= END ? all : Arrays.copyOfRange(all, all.length - END, all.length);
        }
    }

    /** The end of a longer output, as another copy saw it: the daemon may have cut its own meanwhile. */
    void takeEnd(OutputLog other) {
        byte[] seen;
        synchronized (other) {
            seen = other.end;
        }
        synchronized (this) {
            if (end.length == 0) {
                end = seen;
            }
        }
    }

    /** Nothing more is taken: the copy is broken off. */
    synchronized void close() {
        closed = true;
    }

    /** All of the output was accepted. */
    synchronized void complete() throws IOException {
        if (!closed && end.length > 0) {
            byte[] notice = ("\n" + JobLog.PLATFORM
                            + "the output is longer than its limit: the middle is left out here\n")
                    .getBytes(StandardCharsets.UTF_8);
            append(notice, 0, notice.length);
            append(end, 0, end.length);
        }
        closed = true;
    }

    private void append(byte[] bytes, int offset, int length) throws IOException {
        try (FileChannel channel =
                FileChannel.open(log, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }
}
