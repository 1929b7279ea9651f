package io.mlaas.learning.learner;

import io.mlaas.online.Batch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows that messages brought and that wait for others, until they are a batch or have waited long enough. */
final class Waiting {
    private final List<double[]> inputs = new ArrayList<>();
    private final List<double[]> targets = new ArrayList<>();
    private Instant since = Instant.EPOCH;

    /** @param received when the message came that brought the rows */
    void add(Batch batch, Instant received) {
        if (inputs.isEmpty()) {
            since = received;
        }
        int width = batch.inputs().length / batch.rows();
        int wide = batch.targets().length / batch.rows();
        for (int row = 0; row < batch.rows(); row++) {
            inputs.add(Arrays.copyOfRange(batch.inputs(), row * width, (row + 1) * width));
            targets.add(Arrays.copyOfRange(batch.targets(), row * wide, (row + 1) * wide));
        }
    }

    /** What is to be learned now: all that waits, or nothing. */
    @Nullable
    Batch due(UpdatePolicy policy, Instant now) {
        boolean full = inputs.size() >= policy.batchSize();
        return full || isOverdue(policy, now) ? take() : null;
    }

    /** Whether there are rows that have waited long enough. */
    boolean isOverdue(UpdatePolicy policy, Instant now) {
        return !inputs.isEmpty() && !now.isBefore(since.plus(policy.maxWait()));
    }

    /** All that waits, or nothing. */
    @Nullable
    Batch take() {
        if (inputs.isEmpty()) {
            return null;
        }
        Batch batch = new Batch(inputs.size(), flat(inputs), flat(targets));
        inputs.clear();
        targets.clear();
        return batch;
    }

    private static double[] flat(Collection<double[]> rows) {
        return rows.stream().flatMapToDouble(Arrays::stream).toArray();
    }

    boolean isEmpty() {
        return inputs.isEmpty();
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(since.getEpochSecond());
        out.writeInt(since.getNano());
        out.writeInt(inputs.size());
        for (List<double[]> rows : List.of(inputs, targets)) {
            for (double[] row : rows) {
                out.writeInt(row.length);
                for (double value : row) {
                    out.writeDouble(value);
                }
            }
        }
    }

    void read(DataInput in) throws IOException {
        since = Instant.ofEpochSecond(in.readLong(), in.readInt());
        int rows = in.readInt();
        for (List<double[]> into : List.of(inputs, targets)) {
            for (int row = 0; row < rows; row++) {
                double[] values = new double[in.readInt()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = in.readDouble();
                }
                into.add(values);
            }
        }
    }
}
