package io.mlaas.provenance.signing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Reads a range of a file ahead of who asks for it, in a few buffers that go round. */
final class ReadAhead implements AutoCloseable {
    private static final int BUFFERS = 4;
    private static final int BYTES = 1 << 20;

    private final FileChannel channel;
    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(BUFFERS);
    private final BlockingQueue<Read> full = new ArrayBlockingQueue<>(BUFFERS + 1);
    private final Thread reader;
    private @Nullable ByteBuffer lent;

    private sealed interface Read {
        record Bytes(ByteBuffer buffer) implements Read {}

        record Failure(Exception cause) implements Read {}

        record End() implements Read {}
    }

    /** @param end behind the last byte; negative for the end of the file */
    ReadAhead(FileChannel channel, long begin, long end) {
        this.channel = channel;
        for (int i = 0; i < BUFFERS; i++) {
            // On the heap: digests copy what is outside of it once more.
            free.add(ByteBuffer.allocate(BYTES));
        }
        reader = Thread.ofPlatform().name("read-ahead").daemon().start(() -> read(begin, end));
    }

    /** The next bytes, good until the next call; null behind the last ones. */
    @Nullable
    ByteBuffer next() throws IOException {
        try {
            if (lent != null) {
                free.put(lent);
                lent = null;
            }
            return switch (full.take()) {
                case Read.Bytes(ByteBuffer buffer) -> {
                    lent = buffer;
                    yield buffer;
                }
                case Read.Failure(Exception cause) -> throw new IOException(cause);
                case Read.End() -> null;
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading", e);
        }
    }

    private void read(long begin, long end) {
        try {
            long position = begin;
            while (end < 0 || position < end) {
                ByteBuffer buffer = free.take().clear();
                if (end >= 0) {
                    buffer.limit((int) Math.min(buffer.capacity(), end - position));
                }
                while (buffer.hasRemaining()) {
                    int read = channel.read(buffer, position);
                    if (read < 0) {
                        break;
                    }
                    position += read;
                }
                boolean ended = buffer.hasRemaining();
                full.put(new Read.Bytes(buffer.flip()));
                if (ended) {
                    break;
                }
            }
            full.put(new Read.End());
        } catch (IOException | RuntimeException e) {
            offer(new Read.Failure(e));
        } catch (InterruptedException e) {
            offer(new Read.Failure(e));
        }
    }

    private void offer(Read read) {
        // Fits always: there is one place more than buffers.
        if (!full.offer(read)) {
            throw new IllegalStateException("more buffers than were made");
        }
    }

    @Override
    public void close() {
        reader.interrupt();
    }
}
