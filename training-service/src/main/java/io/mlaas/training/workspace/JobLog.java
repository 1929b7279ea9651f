package io.mlaas.training.workspace;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Reads a job's log, also while it grows. Bytes that are not UTF-8 become replacement characters. */
public final class JobLog {
    /** How the platform's own lines begin. */
    public static final String PLATFORM = "[mlaas] ";

    private static final int CHUNK = 64 * 1024;

    private final Path file;
    private long position;
    private byte[] unfinished = new byte[0];

    public JobLog(Path file, long position) {
        this.file = file;
        this.position = Math.max(0, position);
    }

    /** Where the line after the last one returned begins, in bytes. */
    public long position() {
        return position - unfinished.length;
    }

    /** The next complete lines, at most some tens of kilobytes of them; empty when there is nothing new. */
    public List<String> next() throws IOException {
        byte[] fresh = read(CHUNK);
        if (fresh.length == 0) {
            return List.of();
        }
        byte[] all = new byte[unfinished.length + fresh.length];
        System.arraycopy(unfinished, 0, all, 0, unfinished.length);
        System.arraycopy(fresh, 0, all, unfinished.length, fresh.length);
        int end = lastLineEnd(all);
        if (end == 0 && all.length < CHUNK) {
            unfinished = all;
            return List.of();
        }
        // a line that is longer than a chunk is given out in pieces
        int complete = end == 0 ? all.length : end;
        unfinished = Arrays.copyOfRange(all, complete, all.length);
        return new String(all, 0, complete, StandardCharsets.UTF_8).lines().toList();
    }

    /** What follows the last line end: a program that was killed may have ended within a line. */
    public List<String> rest() {
        List<String> lines =
                new String(unfinished, StandardCharsets.UTF_8).lines().toList();
        unfinished = new byte[0];
        return lines;
    }

    /** The last lines of a log, at most {@code bytes} of it. */
    public static List<String> tail(Path file, int lines, int bytes) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        JobLog log = new JobLog(file, Files.size(file) - bytes);
        byte[] end = log.read(bytes);
        List<String> found = new String(end, StandardCharsets.UTF_8).lines().toList();
        return List.copyOf(found.subList(Math.max(0, found.size() - lines), found.size()));
    }

    private byte[] read(int most) throws IOException {
        if (!Files.exists(file)) {
            return new byte[0];
        }
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            long available = in.length() - position;
            if (available <= 0) {
                return new byte[0];
            }
            byte[] bytes = new byte[(int) Math.min(most, available)];
            in.seek(position);
            in.readFully(bytes);
            position += bytes.length;
            return bytes;
        }
    }

    private static int lastLineEnd(byte[] bytes) {
        for (int i = bytes.length; i > 0; i--) {
            if (bytes[i - 1] == '\n') {
                return i;
            }
        }
        return 0;
    }
}
