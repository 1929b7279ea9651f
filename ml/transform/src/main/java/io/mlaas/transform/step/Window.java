package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.RowCodec;
import io.mlaas.transform.row.Schema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code window}: ends a pipeline of a series. Every {@code stride} rows it gives the last {@code in} rows to predict
 * from, and the {@code in} rows before the last {@code out} together with those, to train on. Behind a resample step a
 * window never spans a gap.
 */
final class Window extends Step {
    private static final int LONGEST = 100_000;

    /** The columns that are kept, and where among them inputs and targets stand. */
    private final List<Integer> kept;

    private final List<Integer> inputs;
    private final List<Integer> targets;
    private final int in;
    private final int out;
    private final int stride;
    private final Layout layout;

    private Window(
            Schema input, List<Integer> inputs, List<Integer> targets, int in, int out, int stride, Layout layout) {
        super(
                input,
                Schema.of(
                        Column.vector("input", in, Math.max(1, Layout.width(layout.inputs()))),
                        Column.vector("target", out, Layout.width(layout.targets()))));
        this.kept = Stream.concat(inputs.stream(), targets.stream()).distinct().toList();
        this.inputs = inputs.stream().map(kept::indexOf).toList();
        this.targets = targets.stream().map(kept::indexOf).toList();
        this.in = in;
        this.out = out;
        this.stride = stride;
        this.layout = layout;
    }

    static Step read(Fields fields, Schema input) {
        Columns columns = new Columns(fields, input);
        List<Integer> inputs = columns.tensors("inputs", fields.texts("inputs"));
        List<Integer> targets =
                fields.has("targets") ? columns.tensors("targets", fields.optionalTexts("targets")) : inputs;
        int in = fields.integer("in", 1, LONGEST);
        int out = fields.integer("out", 0, LONGEST);
        if (out > 0 && targets.isEmpty() && !input.open() && fields.has("targets")) {
            fields.bad("targets", "none usable (expected: one column or more, since out is " + out + ")");
        }
        Layout layout =
                new Layout(Columns.columns(input, inputs), in, Columns.columns(input, targets), out, input.period());
        return new Window(input, inputs, targets, in, out, fields.integer("stride", 1, 1, LONGEST), layout);
    }

    @Override
    public Layout layout() {
        return layout;
    }

    @Override
    public Scope scope() {
        return Scope.SOURCE;
    }

    @Override
    public long mostRows() {
        return in + (long) out;
    }

    @Override
    public Processor start() {
        return new History();
    }

    /** The last in + out rows of one source. */
    private final class History implements Processor {
        private Deque<Row> rows = new ArrayDeque<>();
        private long seen;

        @Override
        public void accept(Row row, Output next) {
            if (row.correction()) {
                correct(row);
                return;
            }
            if (!complete(row)) {
                start(next);
                next.drop("missing");
                return;
            }
            if (!rows.isEmpty() && row.time() < rows.getLast().time()) {
                next.drop("late");
                return;
            }
            if (!rows.isEmpty()
                    && layout.period() > 0
                    && row.time() != rows.getLast().time() + layout.period()) {
                start(next);
            }
            rows.add(needed(row));
            seen++;
            if (rows.size() > in + out) {
                rows.removeFirst();
            }
            emit(row, next);
        }

        private void start(Output next) {
            if (!rows.isEmpty()) {
                next.drop("window broken by a gap");
            }
            rows.clear();
            seen = 0;
        }

        private void correct(Row row) {
            if (!complete(row)) {
                return;
            }
            Deque<Row> corrected = new ArrayDeque<>();
            for (Row one : rows) {
                corrected.add(one.time() == row.time() ? needed(row) : one);
            }
            rows = corrected;
        }

        private void emit(Row row, Output next) {
            if (out > 0 && seen >= in + out && (seen - in - out) % stride == 0) {
                next.pass(sample(row, rows.size() - out - in, true));
            }
            if (seen >= in && (seen - in) % stride == 0) {
                next.pass(sample(row, rows.size() - in, false));
            }
        }

        private Row sample(Row row, int from, boolean training) {
            double[] input = new double[layout.inputSize()];
            double[] target = training ? new double[layout.targetSize()] : null;
            Iterator<Row> all = rows.iterator();
            long last = row.time();
            int at = 0;
            int targetAt = 0;
            for (int i = 0; i < from + in + (target == null ? 0 : out); i++) {
                Row one = all.next();
                if (i >= from && i < from + in) {
                    at = flatten(one, inputs, input, at);
                    last = one.time();
                } else if (i >= from && target != null) {
                    targetAt = flatten(one, targets, target, targetAt);
                }
            }
            return new Row(row.source(), last, false, new @Nullable Object[] {input, target});
        }

        private boolean complete(Row row) {
            return kept.stream().allMatch(row::complete);
        }

        @Override
        public void write(DataOutput to) throws IOException {
            to.writeLong(seen);
            RowCodec.writeAll(rows, to);
        }

        @Override
        public void restore(DataInput from) throws IOException {
            seen = from.readLong();
            rows = RowCodec.readAll(from);
        }
    }

    private Row needed(Row row) {
        @Nullable Object[] values = new @Nullable Object[kept.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.value(kept.get(i));
        }
        return row.with(values);
    }

    private int flatten(Row row, List<Integer> columns, double[] into, int from) {
        int at = from;
        for (int column : columns) {
            at = row.flatten(column, input().get(kept.get(column)).size(), into, at);
        }
        return at;
    }
}
