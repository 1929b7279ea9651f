package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.Schema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code resample}: one row for each period of event time, at the period's start. A period is closed when the watermark
 * (the latest event time seen from the source, less the allowed lateness) has passed its end. Periods with nothing in
 * them make no row.
 */
final class Resample extends Step {
    private static final int MOST_PERIODS = 10_000;

    /** What becomes of an event whose period is closed. */
    enum Late {
        DROP,
        UPDATE,
        ERROR
    }

    final long every;
    final long lateness;
    final Late late;
    final int keep;
    final int minimumCount;
    final List<Integer> columns;
    final List<Aggregate> aggregates;

    private Resample(
            Schema input,
            Schema output,
            Duration every,
            Duration lateness,
            Late late,
            int keep,
            int minimumCount,
            List<Integer> columns,
            List<Aggregate> aggregates) {
        super(input, output);
        this.every = every.toNanos();
        this.lateness = lateness.toNanos();
        this.late = late;
        this.keep = late == Late.UPDATE ? keep : 0;
        this.minimumCount = minimumCount;
        this.columns = List.copyOf(columns);
        this.aggregates = List.copyOf(aggregates);
    }

    static Step read(Fields fields, Schema input) {
        Duration every = fields.duration("every", Duration.ofMillis(1), Duration.ofDays(366));
        Duration lateness = fields.duration("lateness", Duration.ZERO, Duration.ZERO, Duration.ofDays(366));
        if (lateness.dividedBy(every) > MOST_PERIODS) {
            fields.bad("lateness", lateness + " (expected: at most " + MOST_PERIODS + " times " + every + ")");
        }
        Columns known = new Columns(fields, input);
        List<Integer> columns = new ArrayList<>();
        List<Aggregate> aggregates = new ArrayList<>();
        List<Column> made = new ArrayList<>();
        Fields how = fields.object("fields");
        if (how == null || how.names().isEmpty()) {
            fields.bad("fields", "nothing (expected: an object such as {\"power\": \"mean\"})");
        } else {
            for (String name : how.names()) {
                int column = known.number(how.path(name), name);
                Aggregate aggregate = how.choice(name, Aggregate.class);
                if (column >= 0) {
                    columns.add(column);
                    aggregates.add(aggregate);
                    made.add(aggregate.column(input.get(column)));
                }
            }
        }
        Schema output = new Schema(made, every.toNanos(), input.open());
        return new Resample(
                input,
                output,
                every,
                lateness,
                fields.choice("late", Late.DROP),
                fields.integer("keep", 24, 1, MOST_PERIODS),
                fields.integer("minimum_count", 1, 1, Integer.MAX_VALUE),
                columns,
                aggregates);
    }

    @Override
    public Scope scope() {
        return Scope.SOURCE;
    }

    @Override
    public long mostRows() {
        return lateness / every + 2 + keep;
    }

    @Override
    public Processor start() {
        return new ResampleProcessor(this);
    }

    @Override
    public Inversion inversion(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (input().get(columns.get(i)).name().equals(column)) {
                return aggregates.get(i).keepsTheScale() ? Inversion.IDENTITY : Inversion.BARRIER;
            }
        }
        return Inversion.BARRIER;
    }

    long start(long time) {
        return Math.floorDiv(time, every) * every;
    }

    Row row(String source, long start, Bucket bucket, boolean correction) {
        @Nullable Object[] values = new @Nullable Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = bucket.value(i, aggregates.get(i));
        }
        return new Row(source, start, correction, values);
    }
}
