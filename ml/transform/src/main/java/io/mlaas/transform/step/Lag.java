package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Column.Kind;
import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.Schema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code lag}: what a column was so many rows ago; behind a resample step, so many periods ago, whatever rows are
 * missing. Rows whose past is not known end here.
 */
final class Lag extends Step {
    private static final int LONGEST = 100_000;

    private final int column;
    private final int[] lags;
    private final int longest;

    private Lag(Schema input, Schema output, int column, int[] lags) {
        super(input, output);
        this.column = column;
        this.lags = lags;
        this.longest = Arrays.stream(lags).max().orElse(1);
    }

    static Step read(Fields fields, Schema input) {
        Columns columns = new Columns(fields, input);
        int column = columns.one("field", Kind.NUMBER);
        double[] given = fields.numbers("lags");
        if (given.length == 0) {
            fields.bad("lags", "none (expected: a list such as [1, 24, 168])");
        }
        int[] lags = new int[given.length];
        Schema output = input;
        for (int i = 0; i < lags.length; i++) {
            lags[i] = (int) Math.clamp(given[i], 1, LONGEST);
            if (lags[i] != given[i]) {
                fields.bad("lags", given[i] + " (expected: whole numbers, 1 to " + LONGEST + ")");
            }
            String name = columns.fresh("lags", fields.text("field", "") + "_lag_" + lags[i]);
            output = output.with(
                    Column.number(name, column < 0 ? "" : input.get(column).unit()));
        }
        if (output.size() != input.size() + lags.length) {
            fields.bad("lags", fields.node().get("lags") + " (expected: each lag once)");
        }
        return new Lag(input, output, column, lags);
    }

    @Override
    public Scope scope() {
        return Scope.SOURCE;
    }

    @Override
    public long mostRows() {
        return longest + 1L;
    }

    @Override
    public Processor start() {
        return new Past();
    }

    /** The last values of one source in a ring, with their times. */
    private final class Past implements Processor {
        private double[] values = new double[Math.min(16, longest + 1)];
        private long[] times = new long[values.length];
        private int first;
        private int size;

        @Override
        public void accept(Row row, Output next) {
            if (row.correction()) {
                int at = find(row.time());
                if (at >= 0) {
                    values[place(at)] = row.number(column);
                    pass(row, at, next);
                }
                return;
            }
            if (size > 0 && row.time() < times[place(size - 1)]) {
                next.drop("late");
                return;
            }
            add(row.time(), row.number(column));
            pass(row, size - 1, next);
        }

        private void pass(Row row, int at, Output next) {
            @Nullable Object[] with = row.values(output().size());
            for (int i = 0; i < lags.length; i++) {
                int past = input().period() > 0 ? find(row.time() - lags[i] * input().period()) : at - lags[i];
                if (past < 0 || Double.isNaN(values[place(past)])) {
                    next.drop("no past yet");
                    return;
                }
                with[row.size() + i] = values[place(past)];
            }
            next.pass(row.with(with));
        }

        private void add(long time, double value) {
            if (size == longest + 1) {
                first = (first + 1) % values.length;
                size--;
            } else if (size == values.length) {
                grow();
            }
            times[place(size)] = time;
            values[place(size)] = value;
            size++;
        }

        private void grow() {
            int larger = Math.min(longest + 1, 2 * values.length);
            double[] moreValues = new double[larger];
            long[] moreTimes = new long[larger];
            for (int i = 0; i < size; i++) {
                moreValues[i] = values[place(i)];
                moreTimes[i] = times[place(i)];
            }
            values = moreValues;
            times = moreTimes;
            first = 0;
        }

        private int place(int index) {
            return (first + index) % values.length;
        }

        private int find(long time) {
            int low = 0;
            int high = size - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                long there = times[place(middle)];
                if (there == time) {
                    return middle;
                }
                low = there < time ? middle + 1 : low;
                high = there < time ? high : middle - 1;
            }
            return -1;
        }

        @Override
        public void write(DataOutput out) throws IOException {
            out.writeInt(size);
            for (int i = 0; i < size; i++) {
                out.writeLong(times[place(i)]);
                out.writeDouble(values[place(i)]);
            }
        }

        @Override
        public void restore(DataInput in) throws IOException {
            size = 0;
            first = 0;
            for (int left = in.readInt(); left > 0; left--) {
                add(in.readLong(), in.readDouble());
            }
        }
    }
}
