package io.mlaas.online.tree;

import io.mlaas.online.Batch;
import io.mlaas.online.Predictor;
import io.mlaas.online.RandomSource;
import io.mlaas.online.Schema;
import io.mlaas.online.SchemaLearner;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import tools.jackson.databind.node.ObjectNode;

/** One tree. Its loss is the Brier score. */
final class TreeLearner extends SchemaLearner {
    private final TreeSettings settings;
    private final GrowingTree tree;

    TreeLearner(String algorithm, Schema schema, ObjectNode configuration, TreeSettings settings) {
        super(algorithm, schema, configuration);
        this.settings = settings;
        tree = new GrowingTree(schema, schema.outputs(), settings, new RandomSource(0));
    }

    @Override
    public void learn(Batch batch) {
        schema().check(batch);
        int width = schema().width();
        for (int row = 0; row < batch.rows(); row++) {
            tree.learn(batch.inputs(), row * width, (int) batch.targets()[row], batch.weight(row));
        }
        learned(learned() + batch.rows());
    }

    @Override
    public void predict(int rows, double[] inputs, double[] predictions) {
        schema().checkInputs(rows, inputs);
        int width = schema().width();
        double[] answer = new double[schema().outputs()];
        for (int row = 0; row < rows; row++) {
            tree.predict(inputs, row * width, answer);
            System.arraycopy(answer, 0, predictions, row * answer.length, answer.length);
        }
    }

    @Override
    public Predictor snapshot() {
        return new Snapshot(schema(), learned(), tree.share(), settings.leafPrediction());
    }

    private record Snapshot(Schema schema, long learned, Node root, LeafPrediction leafPrediction)
            implements Predictor {
        @Override
        public void predict(int rows, double[] inputs, double[] predictions) {
            schema.checkInputs(rows, inputs);
            int width = schema.width();
            double[] answer = new double[schema.outputs()];
            for (int row = 0; row < rows; row++) {
                root.leafOf(inputs, row * width).predict(inputs, row * width, leafPrediction, answer);
                System.arraycopy(answer, 0, predictions, row * answer.length, answer.length);
            }
        }
    }

    @Override
    public boolean growsClasses() {
        return true;
    }

    @Override
    protected void growClasses() {
        tree.growClasses(schema().outputs());
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeLong(learned());
        tree.writeState(out);
    }

    @Override
    public void readState(DataInput in) throws IOException {
        learned(in.readLong());
        tree.readState(in);
    }
}
