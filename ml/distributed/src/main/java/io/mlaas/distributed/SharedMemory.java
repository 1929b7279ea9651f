package io.mlaas.distributed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Memory that a rank and its collective worker both see: a file that both map, in memory where there is room. */
final class SharedMemory implements AutoCloseable {
    private static final Path IN_MEMORY = Path.of("/dev/shm");
    private final Arena arena = Arena.ofShared();
    private final Path file;
    private final MemorySegment memory;

    SharedMemory(long bytes) {
        try {
            file = Files.createTempFile(place(bytes), "mlaas-collective-", null);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                reserve(channel, bytes);
                memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot share " + bytes + " bytes with the collective worker", e);
        }
    }

    private static Path place(long bytes) throws IOException {
        if (Files.isWritable(IN_MEMORY) && Files.getFileStore(IN_MEMORY).getUsableSpace() > 2 * bytes) {
            return IN_MEMORY;
        }
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /** A page that is not there when it is touched kills the process; here it is an exception. */
    private static void reserve(FileChannel channel, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(1 << 20);
        for (long at = 0; at < bytes; at += zeros.capacity()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
            while (zeros.hasRemaining()) {
                channel.write(zeros, at + zeros.position());
            }
        }
    }

    Path file() {
        return file;
    }

    MemorySegment memory() {
        return memory;
    }

    /** Once both have mapped the file its name is not needed, and nothing of it stays when they end. */
    void unlink() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }

    @Override
    public void close() {
        arena.close();
        unlink();
    }
}
