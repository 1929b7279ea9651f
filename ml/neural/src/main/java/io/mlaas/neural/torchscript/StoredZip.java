package io.mlaas.neural.torchscript;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A zip of uncompressed entries whose bytes depend on nothing but the entries: no clock, no platform. The content of
 * each entry starts at a multiple of 64 bytes, as PyTorch writes it, so that it may be mapped into memory.
 *
 * <p>Source: PKWARE APPNOTE 6.3.9, sections 4.3.7, 4.3.12 and 4.3.16; the padding field "FB" is PyTorch's.
 */
@SuppressWarnings("ByteBufferBackingArray") // all buffers are allocated here, by buffer()
public final class StoredZip implements AutoCloseable {
    private static final int ALIGNMENT = 64;
    private static final int VERSION = 20;
    private static final int UTF8_NAMES = 1 << 11;
    /** 1 January 1980, the earliest date that the format knows. */
    private static final int DATE = (1 << 5) | 1;

    private final OutputStream out;
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private long position;
    private int entries;

    public StoredZip(OutputStream out) {
        this.out = out;
    }

    /** @throws IOException also when the whole would be larger than 4 GiB */
    public void entry(String name, byte[] content) throws IOException {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(content);
        long start = position + 30 + utf8.length + 4;
        int padding = (int) ((ALIGNMENT - start % ALIGNMENT) % ALIGNMENT);
        if (start + padding + content.length > 0xFFFF_FFF0L) {
            throw new IOException("archive: more than 4 GiB (expected: a smaller network)");
        }
        ByteBuffer local = buffer(30);
        local.putInt(0x04034b50).putShort((short) VERSION);
        common(local, crc.getValue(), content.length);
        local.putShort((short) utf8.length).putShort((short) (4 + padding));
        ByteBuffer extra = buffer(4 + padding);
        extra.put((byte) 'F').put((byte) 'B').putShort((short) padding);
        while (extra.hasRemaining()) {
            extra.put((byte) 'Z');
        }
        ByteBuffer central = buffer(46);
        central.putInt(0x02014b50).putShort((short) VERSION).putShort((short) VERSION);
        common(central, crc.getValue(), content.length);
        central.putShort((short) utf8.length).putShort((short) 0).putShort((short) 0);
        central.putShort((short) 0).putShort((short) 0).putInt(0).putInt((int) position);
        directory.writeBytes(central.array());
        directory.writeBytes(utf8);
        write(local.array());
        write(utf8);
        write(extra.array());
        write(content);
        entries++;
    }

    private static void common(ByteBuffer header, long crc, int size) {
        header.putShort((short) UTF8_NAMES)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) DATE)
                .putInt((int) crc)
                .putInt(size)
                .putInt(size);
    }

    @Override
    public void close() throws IOException {
        ByteBuffer end = buffer(22);
        end.putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
        end.putShort((short) entries).putShort((short) entries);
        end.putInt(directory.size()).putInt((int) position).putShort((short) 0);
        write(directory.toByteArray());
        write(end.array());
        out.flush();
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        position += bytes.length;
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
