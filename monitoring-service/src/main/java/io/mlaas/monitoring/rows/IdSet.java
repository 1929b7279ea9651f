package io.mlaas.monitoring.rows;

import java.nio.ByteBuffer;

/** Ids of rows by their upper halves: 64 bits of a SHA-256, of which two are the same by chance once in 10^19. */
public final class IdSet {
    /** What a block has before the upper halves of its ids, each of eight bytes. */
    public static final int BYTES_BEFORE = 9;

    private static final int FIRST = 64;

    // linear probing; as ids are spread evenly they need no hash. 0 is an empty slot.
    private long[] slots = new long[FIRST];
    private int size;

    public void add(RowId id) {
        if (size * 2 >= slots.length) {
            long[] old = slots;
            slots = new long[2 * old.length];
            size = 0;
            for (long high : old) {
                put(high);
            }
        }
        put(id.high());
    }

    private void put(long high) {
        int slot = slot(high);
        if (high != 0 && slots[slot] != high) {
            slots[slot] = high;
            size++;
        }
    }

    private int slot(long high) {
        int slot = (int) high & slots.length - 1;
        while (slots[slot] != 0 && slots[slot] != high) {
            slot = slot + 1 & slots.length - 1;
        }
        return slot;
    }

    /** Whether a row of a block is one of these; {@link #BYTES_BEFORE} tells how much of the block is needed. */
    public boolean anyOf(byte[] beginning) {
        ByteBuffer block = ByteBuffer.wrap(beginning);
        int rows = block.getInt(1);
        for (int i = 0; i < rows; i++) {
            long high = block.getLong(BYTES_BEFORE + Long.BYTES * i);
            if (high != 0 && slots[slot(high)] == high) {
                return true;
            }
        }
        return false;
    }
}
