package io.mlaas.statistics.stream;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.ArrayList;
import java.util.List;

/**
 * ADWIN (Bifet and Gavaldà 2007, version 2): a window that grows while the mean of the stream stays, and drops its older
 * part when two parts of it differ by more than chance with confidence {@code delta} allows. The window is a histogram of
 * buckets of 1, 2, 4, … numbers, so that memory grows with the logarithm of its width: {@code 6 · log2(width)} buckets.
 *
 * <p>Constants and the order in which cuts are tried are those of River 0.21's {@code ADWIN}, whose detections the tests have
 * (0.26 finds some sooner); as there, the window is empty after a drift.
 */
public final class Adwin implements DriftDetector {
    private static final int CLOCK = 32;
    private static final int MAX_BUCKETS = 5;
    private static final int LEAST_PART = 5;
    private static final int GRACE = 10;
    private static final int MOST_ROWS = 63;

    private final double delta;
    private final List<BucketRow> rows = new ArrayList<>();
    private double width;
    private double sum;
    private double squares; // of deviations from the mean
    private long ticks;
    private boolean drifted;

    /** @param delta probability of a false alarm at one test, above 0 and below 1; 0.002 is usual */
    public Adwin(double delta) {
        if (!(delta > 0 && delta < 1)) {
            throw new IllegalArgumentException("delta: " + delta + " (expected: a number between 0 and 1)");
        }
        this.delta = delta;
        reset();
    }

    double delta() {
        return delta;
    }

    /** Numbers in the window. */
    public long width() {
        return (long) width;
    }

    /** Mean of the window; 0 if it is empty. */
    public double mean() {
        return width == 0 ? 0 : sum / width;
    }

    /** Variance of the window. */
    public double variance() {
        return width == 0 ? 0 : squares / width;
    }

    public void reset() {
        rows.clear();
        rows.add(new BucketRow(MAX_BUCKETS + 1));
        width = 0;
        sum = 0;
        squares = 0;
        ticks = 0;
        drifted = false;
    }

    @Override
    public boolean update(double value) {
        DriftDetector.checkFinite(value);
        if (drifted) {
            reset();
        }
        insert(value);
        ticks++;
        if (ticks % CLOCK == 0 && width > GRACE) {
            while (cut()) {
                drifted = true;
                dropOldestBucket();
            }
        }
        return drifted;
    }

    private void insert(double value) {
        if (width > 0) {
            double difference = value - sum / width;
            squares += width * difference * difference / (width + 1);
        }
        width++;
        sum += value;
        rows.getFirst().add(value, 0);
        for (int i = 0; rows.get(i).full(); i++) {
            mergeOldestTwo(i);
        }
    }

    private void mergeOldestTwo(int i) {
        if (i + 1 == rows.size()) {
            rows.add(new BucketRow(MAX_BUCKETS + 1));
        }
        BucketRow row = rows.get(i);
        double size = size(i);
        double difference = row.sum(0) / size - row.sum(1) / size;
        double between = size * size * difference * difference / (size + size);
        rows.get(i + 1).add(row.sum(0) + row.sum(1), row.squares(0) + row.squares(1) + between);
        row.dropOldest(2);
    }

    private void dropOldestBucket() {
        int last = rows.size() - 1;
        BucketRow row = rows.get(last);
        double size = size(last);
        width -= size;
        sum -= row.sum(0);
        double difference = row.sum(0) / size - sum / width;
        squares -= row.squares(0) + size * width * difference * difference / (size + width);
        row.dropOldest(1);
        if (row.count() == 0 && last > 0) {
            rows.removeLast();
        }
    }

    /** Whether the window is to be cut somewhere, from its oldest bucket on; the newest of each row is not tried. */
    private boolean cut() {
        double oldWidth = 0;
        double oldSum = 0;
        for (int i = rows.size() - 1; i >= 0; i--) {
            BucketRow row = rows.get(i);
            for (int k = 0; k < row.count() - 1; k++) {
                oldWidth += size(i);
                oldSum += row.sum(k);
                double newWidth = width - oldWidth;
                if (oldWidth >= LEAST_PART
                        && newWidth >= LEAST_PART
                        && Math.abs(oldSum / oldWidth - (sum - oldSum) / newWidth) > threshold(oldWidth, newWidth)) {
                    return true;
                }
            }
        }
        return false;
    }

    private double threshold(double oldWidth, double newWidth) {
        double confidence = Math.log(2 * Math.log(width) / delta);
        double harmonic = 1 / (oldWidth - LEAST_PART + 1) + 1 / (newWidth - LEAST_PART + 1);
        return Math.sqrt(2 * harmonic * squares / width * confidence) + 2.0 / 3 * confidence * harmonic;
    }

    private static double size(int row) {
        return (double) (1L << row);
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeDouble(width);
        out.writeDouble(sum);
        out.writeDouble(squares);
        out.writeLong(ticks);
        out.writeBoolean(drifted);
        out.writeInt(rows.size());
        for (BucketRow row : rows) {
            row.writeState(out);
        }
    }

    @Override
    public void readState(DataInput in) throws IOException {
        reset();
        width = in.readDouble();
        sum = in.readDouble();
        squares = in.readDouble();
        ticks = in.readLong();
        drifted = in.readBoolean();
        int written = in.readInt();
        if (written < 1 || written > MOST_ROWS) {
            throw new StreamCorruptedException(
                    "state: " + written + " rows of buckets (expected: 1 to " + MOST_ROWS + ")");
        }
        rows.clear();
        for (int i = 0; i < written; i++) {
            BucketRow row = new BucketRow(MAX_BUCKETS + 1);
            row.readState(in);
            rows.add(row);
        }
    }
}
