package io.mlaas.learning.learner;

import io.mlaas.online.Batch;
import io.mlaas.online.Schema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The latest rows that a learner has not learned, and never will: what its states are compared on. */
final class HeldBack {
    private final Schema schema;
    private int every;
    private int capacity;
    private final ArrayDeque<double[]> inputs = new ArrayDeque<>();
    private final ArrayDeque<double[]> targets = new ArrayDeque<>();
    private long seen;

    HeldBack(Schema schema, UpdatePolicy policy) {
        this.schema = schema;
        this.every = policy.heldBackEvery();
        this.capacity = policy.validationWindow();
    }

    /** Holds back by another rule; the oldest rows go if the window is shorter now. */
    void follow(UpdatePolicy policy) {
        every = policy.heldBackEvery();
        capacity = policy.validationWindow();
        forgetTheOldest();
    }

    /** Keeps its share of the rows and answers the others; null if none is left. */
    @Nullable
    Batch takeShare(Batch batch) {
        if (every == 0) {
            return batch;
        }
        boolean[] kept = new boolean[batch.rows()];
        int left = 0;
        for (int row = 0; row < batch.rows(); row++) {
            kept[row] = ++seen % every == 0;
            if (kept[row]) {
                add(batch, row);
            } else {
                left++;
            }
        }
        return left == 0 ? null : left == batch.rows() ? batch : without(batch, kept, left);
    }

    private void add(Batch batch, int row) {
        inputs.addLast(row(batch.inputs(), row, schema.width()));
        targets.addLast(row(batch.targets(), row, schema.target().width()));
        forgetTheOldest();
    }

    private static double[] row(double[] values, int row, int width) {
        return Arrays.copyOfRange(values, row * width, (row + 1) * width);
    }

    private void forgetTheOldest() {
        while (inputs.size() > capacity) {
            inputs.removeFirst();
            targets.removeFirst();
        }
    }

    private Batch without(Batch batch, boolean[] kept, int left) {
        int width = schema.width();
        int wide = schema.target().width();
        double[] leftInputs = new double[left * width];
        double[] leftTargets = new double[left * wide];
        double @Nullable [] weights = batch.weights();
        double @Nullable [] leftWeights = weights == null ? null : new double[left];
        int to = 0;
        for (int row = 0; row < batch.rows(); row++) {
            if (!kept[row]) {
                System.arraycopy(batch.inputs(), row * width, leftInputs, to * width, width);
                System.arraycopy(batch.targets(), row * wide, leftTargets, to * wide, wide);
                if (weights != null && leftWeights != null) {
                    leftWeights[to] = weights[row];
                }
                to++;
            }
        }
        return new Batch(left, leftInputs, leftTargets, leftWeights);
    }

    boolean isFull() {
        return inputs.size() == capacity;
    }

    /** The rows, the oldest first. */
    Batch rows() {
        return new Batch(inputs.size(), flat(inputs), flat(targets));
    }

    private static double[] flat(Collection<double[]> rows) {
        int width = rows.isEmpty() ? 0 : rows.iterator().next().length;
        double[] flat = new double[rows.size() * width];
        int place = 0;
        for (double[] row : rows) {
            System.arraycopy(row, 0, flat, place, width);
            place += width;
        }
        return flat;
    }

    /** What the rows are of, the oldest first; for any thread. */
    double[][] inputs() {
        return inputs.toArray(new double[0][]);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(seen);
        Batch ordered = rows();
        out.writeInt(ordered.rows());
        for (double[] values : new double[][] {ordered.inputs(), ordered.targets()}) {
            for (double value : values) {
                out.writeDouble(value);
            }
        }
    }

    void read(DataInput in) throws IOException {
        long given = in.readLong();
        int count = in.readInt();
        double[] givenInputs = numbers(in, count * schema.width());
        double[] givenTargets = numbers(in, count * schema.target().width());
        Batch all = new Batch(count, givenInputs, givenTargets);
        for (int i = 0; i < count; i++) {
            add(all, i);
        }
        seen = given;
    }

    private static double[] numbers(DataInput in, int count) throws IOException {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = in.readDouble();
        }
        return numbers;
    }
}
