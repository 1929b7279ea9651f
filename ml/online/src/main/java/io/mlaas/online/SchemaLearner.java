package io.mlaas.online;

import tools.jackson.databind.node.ObjectNode;

/** What most learners have in common: who they are, how many rows they learned, and a loss from their predictions. */
public abstract class SchemaLearner implements Learner {
    private final String algorithm;
    private final ObjectNode configuration;
    private Schema schema;
    private long learned;

    protected SchemaLearner(String algorithm, Schema schema, ObjectNode configuration) {
        this.algorithm = algorithm;
        this.schema = schema;
        this.configuration = configuration.deepCopy();
    }

    @Override
    public final String algorithm() {
        return algorithm;
    }

    @Override
    public final ObjectNode configuration() {
        return configuration.deepCopy();
    }

    @Override
    public final Schema schema() {
        return schema;
    }

    @Override
    public final long learned() {
        return learned;
    }

    protected final void learned(long rows) {
        learned = rows;
    }

    @Override
    public final void addClass(String name) {
        if (!growsClasses()) {
            Learner.super.addClass(name);
        }
        schema = schema.withClass(name);
        growClasses();
    }

    /** {@link #schema()} has one class more. */
    protected void growClasses() {
        throw new UnsupportedOperationException(algorithm);
    }

    /** Squared error, summed over the outputs; of probabilities, the Brier score (0 to 2). */
    @Override
    public double loss(Batch batch) {
        schema.check(batch);
        double[] predictions = predict(batch.rows(), batch.inputs());
        int outputs = schema.outputs();
        double loss = 0;
        double weights = 0;
        for (int row = 0; row < batch.rows(); row++) {
            double rowLoss = 0;
            for (int k = 0; k < outputs; k++) {
                double error = predictions[row * outputs + k] - target(batch, row, k);
                rowLoss += error * error;
            }
            loss += batch.weight(row) * rowLoss;
            weights += batch.weight(row);
        }
        return weights == 0 ? 0 : loss / weights;
    }

    /** The number to predict, or 1 for the row's own class and 0 for the others. */
    protected final double target(Batch batch, int row, int k) {
        if (schema.classifies()) {
            return batch.targets()[row] == k ? 1 : 0;
        }
        return batch.targets()[row * schema.outputs() + k];
    }
}
