package io.mlaas.statistics.stream;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.StreamCorruptedException;

/** The buckets of one size in {@link Adwin}, oldest first: their sums, and their sums of squared deviations. */
final class BucketRow {
    private final double[] sums;
    private final double[] squares;
    private int count;

    BucketRow(int capacity) {
        sums = new double[capacity];
        squares = new double[capacity];
    }

    int count() {
        return count;
    }

    double sum(int i) {
        return sums[i];
    }

    double squares(int i) {
        return squares[i];
    }

    boolean full() {
        return count == sums.length;
    }

    void add(double sum, double square) {
        sums[count] = sum;
        squares[count] = square;
        count++;
    }

    void dropOldest(int buckets) {
        count -= buckets;
        System.arraycopy(sums, buckets, sums, 0, count);
        System.arraycopy(squares, buckets, squares, 0, count);
    }

    void writeState(DataOutput out) throws IOException {
        out.writeInt(count);
        for (int i = 0; i < count; i++) {
            out.writeDouble(sums[i]);
            out.writeDouble(squares[i]);
        }
    }

    void readState(DataInput in) throws IOException {
        int written = in.readInt();
        if (written < 0 || written > sums.length) {
            throw new StreamCorruptedException("state: " + written + " buckets (expected: 0 to " + sums.length + ")");
        }
        count = 0;
        for (int i = 0; i < written; i++) {
            add(in.readDouble(), in.readDouble());
        }
    }
}
