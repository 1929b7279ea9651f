package io.mlaas.transform.step;

import io.mlaas.transform.row.Row;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of one period: for each column count, sum, extremes, and first and last with their times. */
final class Bucket {
    private static final int NUMBERS = 5;
    private static final int SUM = 0;
    private static final int MIN = 1;
    private static final int MAX = 2;
    private static final int FIRST = 3;
    private static final int LAST = 4;

    private final double[] numbers;
    private final long[] firstAt;
    private final long[] lastAt;
    private final long[] counts;
    private long rows;

    Bucket(int columns) {
        numbers = new double[columns * NUMBERS];
        firstAt = new long[columns];
        lastAt = new long[columns];
        counts = new long[columns];
    }

    long rows() {
        return rows;
    }

    void add(Row row, List<Integer> columns) {
        rows++;
        for (int i = 0; i < counts.length; i++) {
            double number = row.number(columns.get(i));
            if (!Double.isNaN(number)) {
                add(i, row.time(), number);
            }
        }
    }

    private void add(int column, long time, double number) {
        int at = column * NUMBERS;
        boolean first = counts[column]++ == 0;
        numbers[at + SUM] += number;
        numbers[at + MIN] = first ? number : Math.min(numbers[at + MIN], number);
        numbers[at + MAX] = first ? number : Math.max(numbers[at + MAX], number);
        if (first || time < firstAt[column]) {
            firstAt[column] = time;
            numbers[at + FIRST] = number;
        }
        if (first || time >= lastAt[column]) {
            lastAt[column] = time;
            numbers[at + LAST] = number;
        }
    }

    @Nullable
    Double value(int column, Aggregate aggregate) {
        if (aggregate == Aggregate.COUNT) {
            return (double) counts[column];
        }
        if (counts[column] == 0) {
            return null;
        }
        int at = column * NUMBERS;
        return switch (aggregate) {
            case MEAN -> numbers[at + SUM] / counts[column];
            case SUM -> numbers[at + SUM];
            case MIN -> numbers[at + MIN];
            case MAX -> numbers[at + MAX];
            case FIRST -> numbers[at + FIRST];
            case LAST, COUNT -> numbers[at + LAST];
        };
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(rows);
        for (int i = 0; i < counts.length; i++) {
            out.writeLong(counts[i]);
            out.writeLong(firstAt[i]);
            out.writeLong(lastAt[i]);
            for (int k = 0; k < NUMBERS; k++) {
                out.writeDouble(numbers[i * NUMBERS + k]);
            }
        }
    }

    void restore(DataInput in) throws IOException {
        rows = in.readLong();
        for (int i = 0; i < counts.length; i++) {
            counts[i] = in.readLong();
            firstAt[i] = in.readLong();
            lastAt[i] = in.readLong();
            for (int k = 0; k < NUMBERS; k++) {
                numbers[i * NUMBERS + k] = in.readDouble();
            }
        }
    }
}
