package io.mlaas.online.baseline;

import io.mlaas.online.Batch;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import io.mlaas.online.SchemaLearner;
import io.mlaas.online.StateValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import tools.jackson.databind.node.ObjectNode;

/** Sums of weights and targets. */
final class BaselineLearner extends SchemaLearner {
    private final double fading;
    private double[] sums;
    private double weights;

    BaselineLearner(String algorithm, Schema schema, ObjectNode configuration, double fading) {
        super(algorithm, schema, configuration);
        this.fading = fading;
        this.sums = new double[schema.outputs()];
    }

    @Override
    public void learn(Batch batch) {
        schema().check(batch);
        for (int row = 0; row < batch.rows(); row++) {
            weights *= fading;
            for (int k = 0; k < sums.length; k++) {
                sums[k] = sums[k] * fading + batch.weight(row) * target(batch, row, k);
            }
            weights += batch.weight(row);
        }
        learned(learned() + batch.rows());
    }

    @Override
    public void predict(int rows, double[] inputs, double[] predictions) {
        schema().checkInputs(rows, inputs);
        repeat(means(), rows, predictions);
    }

    private double[] means() {
        double[] means = new double[sums.length];
        if (weights == 0) {
            Arrays.fill(means, schema().classifies() ? 1.0 / means.length : 0);
            return means;
        }
        for (int k = 0; k < means.length; k++) {
            means[k] = sums[k] / weights;
        }
        return means;
    }

    private static void repeat(double[] means, int rows, double[] predictions) {
        for (int row = 0; row < rows; row++) {
            System.arraycopy(means, 0, predictions, row * means.length, means.length);
        }
    }

    @Override
    public Predictor snapshot() {
        return new Snapshot(schema(), learned(), means());
    }

    private record Snapshot(
            Schema schema,
            long learned,
            @SuppressWarnings("ArrayRecordComponent") double[] means) implements Predictor {
        @Override
        public void predict(int rows, double[] inputs, double[] predictions) {
            schema().checkInputs(rows, inputs);
            repeat(means, rows, predictions);
        }
    }

    @Override
    public boolean growsClasses() {
        return schema().classifies();
    }

    @Override
    protected void growClasses() {
        sums = Arrays.copyOf(sums, sums.length + 1);
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeLong(learned());
        out.writeDouble(weights);
        StateValues.write(out, sums);
    }

    @Override
    public void readState(DataInput in) throws IOException {
        learned(in.readLong());
        weights = in.readDouble();
        StateValues.read(in, sums);
    }
}
