package io.mlaas.transform.step;

import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.RowCodec;
import io.mlaas.transform.step.Scale.Method;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
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
            double number = row.number(step.columns.get(i));
            if (Double.isNaN(number)) {
                continue;
            }
            boolean first = counts[i]++ == 0;
            minimum[i] = first ? number : Math.min(minimum[i], number);
            maximum[i] = first ? number : Math.max(maximum[i], number);
            double difference = number - mean[i];
            mean[i] += difference / counts[i];
            squares[i] += difference * (number - mean[i]);
        }
    }

    private Row scaled(Row row) {
        @Nullable Object[] values = row.values(row.size());
        for (int i = 0; i < counts.length; i++) {
            int column = step.columns.get(i);
            double number = row.number(column);
            if (!Double.isNaN(number)) {
                double scaled = number * factor(i) + offset(i);
                values[column] =
                        step.clip && step.method == Method.MIN_MAX ? Math.clamp(scaled, step.low, step.high) : scaled;
            }
        }
        return row.with(values);
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
