package io.mlaas.transform.step;

import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.RowCodec;
import io.mlaas.transform.step.Fill.Method;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Fills the gaps of one source. For a straight line the rows since the last known value wait, at most {@code limit} + 1
 * of them; otherwise only the last known values are kept.
 */
final class FillProcessor implements Processor {
    private static final long NEVER = Long.MIN_VALUE;

    private final Fill step;
    private final double[] known;
    private final long[] knownAt;
    private final int[] filled;
    private Deque<Row> waiting = new ArrayDeque<>();
    private long last = NEVER;

    FillProcessor(Fill step) {
        this.step = step;
        known = new double[step.columns.size()];
        knownAt = new long[known.length];
        filled = new int[known.length];
        forget();
    }

    @Override
    public void accept(Row row, Output next) {
        if (row.correction()) {
            correct(row, next);
            return;
        }
        if (last != NEVER && row.time() < last) {
            next.drop("late");
            return;
        }
        if (step.period > 0 && last != NEVER) {
            missingRows(row, next);
        }
        last = row.time();
        fill(row, next);
    }

    private void missingRows(Row row, Output next) {
        long missing = (row.time() - last) / step.period - 1;
        if (missing > step.limit) {
            waiting.forEach(one -> next.drop("gap"));
            waiting.clear();
            forget();
            return;
        }
        for (int i = 1; i <= missing; i++) {
            fill(new Row(row.source(), last + i * step.period, false, new @Nullable Object[row.size()]), next);
        }
    }

    private void fill(Row row, Output next) {
        @Nullable Object[] values = row.values(row.size());
        for (int i = 0; i < known.length; i++) {
            int column = step.columns.get(i);
            if (row.complete(column)) {
                bridge(i, row.time(), row.number(column));
                known[i] = row.number(column);
                knownAt[i] = row.time();
                filled[i] = 0;
            } else if (filled[i]++ < step.limit) {
                values[column] = atOnce(known[i]);
            }
        }
        waiting.add(row.with(values));
        release(next);
    }

    private @Nullable Double atOnce(double previous) {
        return switch (step.method) {
            case CONSTANT -> step.constant;
            case PREVIOUS -> Double.isNaN(previous) ? null : (Double) previous;
            case LINEAR, DROP -> null;
        };
    }

    /** Draws the line from the last known value to this one through the rows that wait for it. */
    private void bridge(int field, long time, double number) {
        long missing = step.period == 0 ? 0 : (time - knownAt[field]) / step.period - 1;
        if (step.method != Method.LINEAR || Double.isNaN(known[field]) || missing < 1 || missing > step.limit) {
            return;
        }
        int column = step.columns.get(field);
        Deque<Row> bridged = new ArrayDeque<>();
        for (Row row : waiting) {
            if (!row.complete(column) && row.time() > knownAt[field]) {
                double share = (double) (row.time() - knownAt[field]) / (time - knownAt[field]);
                @Nullable Object[] values = row.values(row.size());
                values[column] = known[field] + share * (number - known[field]);
                bridged.add(row.with(values));
            } else {
                bridged.add(row);
            }
        }
        waiting = bridged;
    }

    /** Passes on what is complete, in order, and gives up what cannot become complete any more. */
    private void release(Output next) {
        while (!waiting.isEmpty()) {
            Row head = waiting.getFirst();
            if (complete(head)) {
                next.pass(waiting.removeFirst());
            } else if (hopeless(head)) {
                waiting.removeFirst();
                next.drop("missing");
            } else {
                return;
            }
        }
    }

    private boolean complete(Row row) {
        return step.columns.stream().allMatch(row::complete);
    }

    private boolean hopeless(Row row) {
        if (step.method != Method.LINEAR) {
            return true;
        }
        for (int i = 0; i < known.length; i++) {
            boolean missing = !row.complete(step.columns.get(i));
            if (missing && (Double.isNaN(known[i]) || knownAt[i] >= row.time() || filled[i] > step.limit)) {
                return true;
            }
        }
        return false;
    }

    private void correct(Row row, Output next) {
        if (!complete(row)) {
            next.drop("missing");
            return;
        }
        for (int i = 0; i < known.length; i++) {
            if (knownAt[i] == row.time() && !Double.isNaN(known[i])) {
                known[i] = row.number(step.columns.get(i));
            }
        }
        boolean waits = waiting.stream().anyMatch(one -> one.time() == row.time());
        if (!waits) {
            next.pass(row);
            return;
        }
        Deque<Row> corrected = new ArrayDeque<>();
        for (Row one : waiting) {
            corrected.add(one.time() == row.time() ? one.with(row.values(row.size())) : one);
        }
        waiting = corrected;
        release(next);
    }

    private void forget() {
        Arrays.fill(known, Double.NaN);
        Arrays.fill(knownAt, 0);
        Arrays.fill(filled, 0);
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeLong(last);
        for (int i = 0; i < known.length; i++) {
            out.writeDouble(known[i]);
            out.writeLong(knownAt[i]);
            out.writeInt(filled[i]);
        }
        RowCodec.writeAll(waiting, out);
    }

    @Override
    public void restore(DataInput in) throws IOException {
        last = in.readLong();
        for (int i = 0; i < known.length; i++) {
            known[i] = in.readDouble();
            knownAt[i] = in.readLong();
            filled[i] = in.readInt();
        }
        waiting = RowCodec.readAll(in);
    }
}
