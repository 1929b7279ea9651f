package io.mlaas.transform.step;

import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.RowCodec;
import io.mlaas.transform.row.Times;
import io.mlaas.transform.step.Resample.Late;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** The open periods of one source, and the closed ones that may still be corrected. */
final class ResampleProcessor implements Processor {
    private static final long NEVER = Long.MIN_VALUE;

    private final Resample step;
    private final TreeMap<Long, Bucket> open = new TreeMap<>();
    private final TreeMap<Long, Bucket> closed = new TreeMap<>();
    private String source = "";
    private long latest = NEVER;
    private long closedBefore = NEVER;

    ResampleProcessor(Resample step) {
        this.step = step;
    }

    @Override
    public void accept(Row row, Output next) throws RowRejectedException {
        if (row.correction()) {
            next.drop("correction");
            return;
        }
        long start = step.start(row.time());
        if (start < closedBefore) {
            late(row, start, next);
            return;
        }
        source = row.source();
        bucket(open, start).add(row, step.columns);
        advance(row.time(), next);
    }

    @Override
    public void advance(long time, Output next) {
        latest = Math.max(latest, time);
        long boundary = step.start(latest - step.lateness);
        if (boundary <= closedBefore || source.isEmpty()) {
            return;
        }
        closedBefore = boundary;
        for (Map.Entry<Long, Bucket> entry = open.firstEntry();
                entry != null && entry.getKey() < boundary;
                entry = open.firstEntry()) {
            open.remove(entry.getKey());
            closed.put(entry.getKey(), entry.getValue());
            pass(entry.getKey(), entry.getValue(), false, next);
        }
        closed.headMap(boundary - step.keep * step.every).clear();
    }

    private void late(Row row, long start, Output next) throws RowRejectedException {
        boolean kept = start >= closedBefore - step.keep * step.every;
        if (step.late == Late.UPDATE && kept) {
            Bucket bucket = bucket(closed, start);
            bucket.add(row, step.columns);
            pass(start, bucket, true, next);
        } else if (step.late == Late.ERROR) {
            throw new RowRejectedException("time: " + Times.instant(row.time()) + " (expected: "
                    + Times.instant(closedBefore) + " or later, since earlier periods are closed)");
        } else {
            next.drop("late");
        }
    }

    private void pass(long start, Bucket bucket, boolean correction, Output next) {
        if (bucket.rows() < step.minimumCount) {
            next.drop("too few in a period");
        } else {
            next.pass(step.row(source, start, bucket, correction));
        }
    }

    private Bucket bucket(Map<Long, Bucket> among, long start) {
        return among.computeIfAbsent(start, s -> new Bucket(step.columns.size()));
    }

    @Override
    public void write(DataOutput out) throws IOException {
        RowCodec.writeText(source, out);
        out.writeLong(latest);
        out.writeLong(closedBefore);
        write(open, out);
        write(closed, out);
    }

    private static void write(Map<Long, Bucket> buckets, DataOutput out) throws IOException {
        out.writeInt(buckets.size());
        for (Map.Entry<Long, Bucket> entry : buckets.entrySet()) {
            out.writeLong(entry.getKey());
            entry.getValue().write(out);
        }
    }

    @Override
    public void restore(DataInput in) throws IOException {
        source = RowCodec.readText(in);
        latest = in.readLong();
        closedBefore = in.readLong();
        restore(open, in);
        restore(closed, in);
    }

    private void restore(Map<Long, Bucket> buckets, DataInput in) throws IOException {
        buckets.clear();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            bucket(buckets, in.readLong()).restore(in);
        }
    }
}
