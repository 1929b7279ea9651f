package io.mlaas.onnx.torchscript;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes that can be read at any position: a file, or an array. */
public interface ByteSource extends AutoCloseable {
    long size();

    /**
     * The same bytes without a copy of them, where there is a way: they stay readable after {@link #close}, as long as the
     * file is not changed.
     *
     * @throws EOFException when there are not so many bytes at this position
     */
    default ByteBuffer view(long position, int length) throws IOException {
        return read(position, length);
    }

    /** @throws EOFException when there are not so many bytes at this position */
    ByteBuffer read(long position, int length) throws IOException;

    @Override
    void close() throws IOException;

    static ByteSource of(byte[] bytes) {
        return new ByteSource() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public ByteBuffer read(long position, int length) throws IOException {
                requireInside(this, position, length);
                return ByteBuffer.wrap(bytes, (int) position, length).slice().order(ByteOrder.LITTLE_ENDIAN);
            }

            @Override
            public void close() {}
        };
    }

    static ByteSource of(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        long size = channel.size();
        return new ByteSource() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public ByteBuffer read(long position, int length) throws IOException {
                requireInside(this, position, length);
                ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
                while (buffer.hasRemaining()) {
                    if (channel.read(buffer, position + buffer.position()) < 0) {
                        throw new EOFException("the file became shorter while it was read");
                    }
                }
                return buffer.flip();
            }

            @Override
            public ByteBuffer view(long position, int length) throws IOException {
                requireInside(this, position, length);
                return channel.map(MapMode.READ_ONLY, position, length).order(ByteOrder.LITTLE_ENDIAN);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    private static void requireInside(ByteSource source, long position, int length) throws EOFException {
        if (position < 0 || length < 0 || position > source.size() - length) {
            throw new EOFException("position: " + position + " + " + length + " bytes (expected: inside the file of "
                    + source.size() + ")");
        }
    }
}
