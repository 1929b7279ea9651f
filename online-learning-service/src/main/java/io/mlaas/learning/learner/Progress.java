package io.mlaas.learning.learner;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How far a learner is.
 *
 * @param learned rows that its model has learned
 * @param updates batches of them
 * @param lastLoss of the latest batch, before it was learned (test, then train)
 * @param recentLoss the same, over all batches, each weighing 2 % less than the next
 * @param comparisons how often it was compared with what it had stored
 * @param rejected readings of devices that its transformer could not use
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Progress(
        long learned,
        long updates,
        @Nullable Double lastLoss,
        @Nullable Double recentLoss,
        long comparisons,
        long rejected) {
    private static final double FADING = 0.98;
    static final Progress NONE = new Progress(0, 0, null, null, 0, 0);

    Progress learned(long rows, double loss) {
        double recent = recentLoss == null ? loss : FADING * recentLoss + (1 - FADING) * loss;
        return new Progress(rows, updates + 1, loss, recent, comparisons, rejected);
    }

    Progress compared(long rows) {
        return new Progress(rows, updates, lastLoss, recentLoss, comparisons + 1, rejected);
    }

    Progress rejected(int more) {
        return new Progress(learned, updates, lastLoss, recentLoss, comparisons, rejected + more);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(learned);
        out.writeLong(updates);
        out.writeDouble(lastLoss == null ? Double.NaN : lastLoss);
        out.writeDouble(recentLoss == null ? Double.NaN : recentLoss);
        out.writeLong(comparisons);
        out.writeLong(rejected);
    }

    static Progress read(DataInput in) throws IOException {
        return new Progress(in.readLong(), in.readLong(), number(in), number(in), in.readLong(), in.readLong());
    }

    private static @Nullable Double number(DataInput in) throws IOException {
        double number = in.readDouble();
        return Double.isNaN(number) ? null : number;
    }
}
