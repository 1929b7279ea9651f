package io.mlaas.sharing.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The part of an upload that is in memory: it grows with what arrives, up to the size of a part. */
final class PartBuffer implements AutoCloseable {
    private final TransferMemory memory;
    private final UUID organizationId;
    private final int limit;
    private TransferMemory.@Nullable Share share;
    private byte[] bytes;
    private int length;
    private boolean ended;

    PartBuffer(TransferMemory memory, UUID organizationId) {
        this(memory, organizationId, null, new byte[TransferMemory.FREE]);
    }

    private PartBuffer(TransferMemory memory, UUID organizationId, TransferMemory.@Nullable Share share, byte[] bytes) {
        this.memory = memory;
        this.organizationId = organizationId;
        this.limit = memory.partBytes();
        this.share = share;
        this.bytes = bytes;
    }

    /** A second buffer, so that one fills while the other is sent; null if memory is short. */
    @Nullable
    PartBuffer spare() {
        TransferMemory.Share spare = memory.sparePart(organizationId);
        return spare == null ? null : new PartBuffer(memory, organizationId, spare, new byte[limit]);
    }

    /** Reads until a part is full or the stream ends; what was read before an exception is kept. */
    void fill(InputStream in) throws IOException {
        ended = false;
        while (length < limit) {
            if (length == bytes.length) {
                grow();
            }
            int read = in.read(bytes, length, bytes.length - length);
            if (read < 0) {
                ended = true;
                return;
            }
            length += read;
        }
    }

    // A larger share is waited for before the smaller one is given back: what was read is still in that.
    private void grow() {
        int larger = Math.min(limit, bytes.length * 2);
        if (bytes.length == TransferMemory.FREE) {
            share = memory.small();
        } else if (bytes.length == TransferMemory.SMALL) {
            TransferMemory.Share part = memory.part(organizationId);
            if (share != null) {
                share.close();
            }
            share = part;
        }
        bytes = Arrays.copyOf(bytes, larger);
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Whether the stream ended in this part. */
    boolean ended() {
        return ended;
    }

    boolean isFull() {
        return length == limit;
    }

    void clear() {
        length = 0;
    }

    @Override
    public void close() {
        if (share != null) {
            share.close();
            share = null;
        }
        bytes = new byte[0];
        length = 0;
    }
}
