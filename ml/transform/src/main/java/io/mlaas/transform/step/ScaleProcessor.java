package io.mlaas.transform.step;

import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.RowCodec;
import io.mlaas.transform.step.Scale.Method;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Scales rows and, where the parameters run, learns them: extremes, and mean and variance after Welford (1962). */
final class ScaleProcessor implements Processor {
    private final Scale step;
    private final double[] minimum;
    private final double[] maximum;
    private final double[] mean;
    private final double[] squares;
    private final long[] counts;
    private long seen;
    private Deque<Row> waiting = new ArrayDeque<>();

    ScaleProcessor(Scale step) {
        this.step = step;
        int fields = step.columns.size();
        minimum = new double[fields];
        maximum = new double[fields];
        mean = new double[fields];
        squares = new double[fields];
        counts = new long[fields];
    }

    @Override
    public void accept(Row row, Output next) {
        if (row.correction()) {
            correct(row, next);
            return;
        }
        if (step.running && seen < step.freezeAfter) {
            learn(row);
        }
        seen++;
        if (step.running && seen < step.warmUp) {
            waiting.add(row);
            return;
        }
        while (!waiting.isEmpty()) {
            next.pass(scaled(waiting.removeFirst()));
        }
        next.pass(scaled(row));
    }

    private void correct(Row row, Output next) {
        Deque<Row> corrected = new ArrayDeque<>();
        boolean found = false;
        for (Row one : waiting) {
            boolean same = one.time() == row.time() && one.source().equals(row.source());
            found |= same;
            corrected.add(same ? one.with(row.values(row.size())) : one);
        }
        waiting = corrected;
        if (!found) {
            next.pass(scaled(row));
        }
    }

    private void learn(Row row) {
        for (int i = 0; i < counts.length; i++) {
            if (row.value(step.columns.get(i)) instanceof double[] vector) {
                for (double number : vector) {
                    learn(i, number);
                }
            } else {
                learn(i, row.number(step.columns.get(i)));
            }
        }
    }

    private void learn(int field, double number) {
        if (Double.isNaN(number)) {
            return;
        }
        boolean first = counts[field]++ == 0;
        minimum[field] = first ? number : Math.min(minimum[field], number);
        maximum[field] = first ? number : Math.max(maximum[field], number);
        double difference = number - mean[field];
        mean[field] += difference / counts[field];
        squares[field] += difference * (number - mean[field]);
    }

    private Row scaled(Row row) {
        @Nullable Object[] values = row.values(row.size());
        for (int i = 0; i < counts.length; i++) {
            int column = step.columns.get(i);
            double factor = factor(i);
            double offset = offset(i);
            if (values[column] instanceof double[] vector) {
                values[column] = Arrays.stream(vector)
                        .map(number -> scaled(number, factor, offset))
                        .toArray();
            } else if (row.complete(column)) {
                values[column] = scaled(row.number(column), factor, offset);
            }
        }
        return row.with(values);
    }

    private double scaled(double number, double factor, double offset) {
        double scaled = number * factor + offset;
        return step.clip && step.method == Method.MIN_MAX ? Math.clamp(scaled, step.low, step.high) : scaled;
    }

    double factor(int field) {
        if (!step.running) {
            return step.fixed[2 * field];
        }
        double spread = step.method == Method.MIN_MAX
                ? maximum[field] - minimum[field]
                : Math.sqrt(counts[field] == 0 ? 0 : squares[field] / counts[field]);
        double width = step.method == Method.MIN_MAX ? step.high - step.low : 1;
        return spread > 0 ? width / spread : width;
    }

    double offset(int field) {
        if (!step.running) {
            return step.fixed[2 * field + 1];
        }
        return step.method == Method.MIN_MAX ? step.low - minimum[field] * factor(field) : -mean[field] * factor(field);
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeLong(seen);
        for (int i = 0; i < counts.length; i++) {
            out.writeLong(counts[i]);
            out.writeDouble(minimum[i]);
            out.writeDouble(maximum[i]);
            out.writeDouble(mean[i]);
            out.writeDouble(squares[i]);
        }
        RowCodec.writeAll(waiting, out);
    }

    @Override
    public void restore(DataInput in) throws IOException {
        seen = in.readLong();
        for (int i = 0; i < counts.length; i++) {
            counts[i] = in.readLong();
            minimum[i] = in.readDouble();
            maximum[i] = in.readDouble();
            mean[i] = in.readDouble();
            squares[i] = in.readDouble();
        }
        waiting = RowCodec.readAll(in);
    }
}
