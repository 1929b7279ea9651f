package io.mlaas.learning.learner;

import io.mlaas.online.Batch;
import io.mlaas.online.Schema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The latest rows that a learner has not learned, and never will: what its states are compared on. */
final class HeldBack {
    private final Schema schema;
    private int every;
    private int capacity;
    private double[] inputs = {};
    private double[] targets = {};
    private int rows;
    private int oldest;
    private long seen;

    HeldBack(Schema schema, UpdatePolicy policy) {
        this.schema = schema;
        this.every = policy.heldBackEvery();
        this.capacity = policy.validationWindow();
    }

    /** Holds back by another rule; the oldest rows go if the window is shorter now. */
    void follow(UpdatePolicy policy) {
        every = policy.heldBackEvery();
        if (policy.validationWindow() != capacity) {
            Batch before = rows();
            capacity = policy.validationWindow();
            rows = 0;
            oldest = 0;
            inputs = new double[0];
            targets = new double[0];
            for (int row = 0; row < before.rows(); row++) {
                add(before, row);
            }
        }
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
        int width = schema.width();
        int wide = schema.target().width();
        if (rows < capacity && inputs.length < (rows + 1) * width) {
            int larger = Math.min(capacity, Math.max(16, 2 * rows));
            inputs = Arrays.copyOf(inputs, larger * width);
            targets = Arrays.copyOf(targets, larger * wide);
        }
        int place = rows < capacity ? rows++ : oldest;
        if (rows == capacity && place == oldest) {
            oldest = (oldest + 1) % capacity;
        }
        System.arraycopy(batch.inputs(), row * width, inputs, place * width, width);
        System.arraycopy(batch.targets(), row * wide, targets, place * wide, wide);
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
        return rows == capacity;
    }

    /** The rows, the oldest first. */
    Batch rows() {
        return new Batch(
                rows,
                byAge(inputs, schema.width()),
                byAge(targets, schema.target().width()));
    }

    private double[] byAge(double[] values, int width) {
        double[] ordered = new double[rows * width];
        int first = oldest * width;
        System.arraycopy(values, first, ordered, 0, ordered.length - first);
        System.arraycopy(values, 0, ordered, ordered.length - first, first);
        return ordered;
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(seen);
        Batch ordered = rows();
        out.writeInt(rows);
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
