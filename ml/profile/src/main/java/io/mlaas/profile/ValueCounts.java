package io.mlaas.profile;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** Exact counts of a column's numbers, as long as there are few different ones. */
final class ValueCounts {
    static final int MOST = 64;

    private double[] values = new double[4];
    private long[] counts = new long[4];
    private int size;
    private boolean tooMany;

    void add(double value, long count) {
        if (tooMany) {
            return;
        }
        int index = Arrays.binarySearch(values, 0, size, value);
        if (index >= 0) {
            counts[index] += count;
        } else if (size == MOST) {
            tooMany = true;
            size = 0;
            values = new double[0];
            counts = new long[0];
        } else {
            insert(-index - 1, value, count);
        }
    }

    private void insert(int index, double value, long count) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
            counts = Arrays.copyOf(counts, 2 * size);
        }
        System.arraycopy(values, index, values, index + 1, size - index);
        System.arraycopy(counts, index, counts, index + 1, size - index);
        values[index] = value;
        counts[index] = count;
        size++;
    }

    void merge(ValueCounts other) {
        if (other.tooMany) {
            tooMany = true;
            size = 0;
        }
        for (int i = 0; i < other.size; i++) {
            add(other.values[i], other.counts[i]);
        }
    }

    /** Whether all different values are here. */
    boolean complete() {
        return !tooMany;
    }

    double[] values() {
        return Arrays.copyOf(values, size);
    }

    long[] counts() {
        return Arrays.copyOf(counts, size);
    }

    void write(DataOutput out) throws IOException {
        out.writeByte(tooMany ? 0xff : size);
        for (int i = 0; i < size; i++) {
            out.writeDouble(values[i]);
            out.writeLong(counts[i]);
        }
    }

    static ValueCounts read(DataInput in) throws IOException {
        ValueCounts counts = new ValueCounts();
        int size = in.readUnsignedByte();
        counts.tooMany = size == 0xff;
        for (int i = 0; i < size && !counts.tooMany; i++) {
            counts.add(in.readDouble(), in.readLong());
        }
        return counts;
    }
}
