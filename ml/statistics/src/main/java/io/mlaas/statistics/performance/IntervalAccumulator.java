package io.mlaas.statistics.performance;

import io.mlaas.statistics.IntervalQuality;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Coverage, width and pinball loss of prediction intervals, row by row, independent of the rows' order. */
public final class IntervalAccumulator {
    private static final int VERSION = 1;

    private final double wanted;
    private final ExactSum width;
    private final ExactSum loss;
    private long count;
    private long within;

    /** @param wanted the coverage that the intervals were made for, such as 0.9 */
    public IntervalAccumulator(double wanted) {
        this(wanted, new ExactSum(), new ExactSum());
    }

    private IntervalAccumulator(double wanted, ExactSum width, ExactSum loss) {
        if (!(wanted > 0 && wanted < 1)) {
            throw new IllegalArgumentException("wanted: " + wanted + " (expected: between 0 and 1)");
        }
        this.wanted = wanted;
        this.width = width;
        this.loss = loss;
    }

    public void add(double target, double lower, double upper) {
        Rows.finite("target", target);
        Rows.finite("lower", lower);
        Rows.finite("upper", upper);
        double tail = (1 - wanted) / 2;
        within += target >= lower && target <= upper ? 1 : 0;
        width.add(upper - lower);
        loss.add(IntervalQuality.pinball(target, lower, tail));
        loss.add(IntervalQuality.pinball(target, upper, 1 - tail));
        count++;
    }

    public void merge(IntervalAccumulator other) {
        if (other.wanted != wanted) {
            throw new IllegalArgumentException("wanted: " + other.wanted + " (expected: " + wanted + ", as here)");
        }
        width.merge(other.width);
        loss.merge(other.loss);
        count += other.count;
        within += other.within;
    }

    public long count() {
        return count;
    }

    /** @return NaN in every field where no row was added */
    public IntervalQuality quality() {
        return new IntervalQuality(
                (double) within / count,
                ExactMoments.over(width.exact(), count),
                ExactMoments.over(loss.exact(), 2 * count));
    }

    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeDouble(wanted);
        out.writeLong(count);
        out.writeLong(within);
        width.write(out);
        loss.write(out);
    }

    /** @throws IOException where the bytes are not what {@link #write} wrote */
    public static IntervalAccumulator read(DataInput in) throws IOException {
        Rows.version(in, VERSION);
        double wanted = in.readDouble();
        if (!(wanted > 0 && wanted < 1)) {
            throw new IOException("wanted: " + wanted + " (expected: between 0 and 1)");
        }
        long count = Rows.count(in);
        long within = Rows.count(in);
        IntervalAccumulator rows = new IntervalAccumulator(wanted, ExactSum.read(in), ExactSum.read(in));
        rows.count = count;
        rows.within = within;
        return rows;
    }
}
