package io.mlaas.online.tensorflow;

import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import io.mlaas.online.SchemaLearner;
import io.mlaas.online.StateRefused;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Its loss: squared error, or the Brier score. */
final class SavedModelLearner extends SchemaLearner {
    private final Rows rows;
    private final int batchSize;
    private final int epochs;
    private final SavedModelArchive archive;
    private final TrainableModel model;
    private List<Values> values;
    private Serving.@Nullable Snapshot serving;
    private @Nullable Serving answering;

    SavedModelLearner(
            String algorithm,
            Schema schema,
            ObjectNode configuration,
            Rows rows,
            int batchSize,
            int epochs,
            SavedModelArchive archive,
            TrainableModel model) {
        super(algorithm, schema, configuration);
        this.rows = rows;
        this.batchSize = batchSize;
        this.epochs = epochs;
        this.archive = archive;
        this.model = model;
        this.values = model.values();
    }

    @Override
    public void check(Batch batch) {
        schema().check(batch);
        rows.counted(batch);
    }

    @Override
    public void learn(Batch batch) {
        schema().check(batch);
        Batch counted = rows.counted(batch);
        boolean learned = false;
        try {
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int from = 0; from < counted.rows(); from += batchSize) {
                    step(counted, from, Math.min(counted.rows(), from + batchSize));
                }
            }
            List<Values> after = model.values();
            if (!after.stream().allMatch(Values::isFinite)) {
                throw new BatchRefused("rows: the variables overflow 32-bit floats (expected: smaller numbers)");
            }
            values = after;
            learned = true;
        } finally {
            if (!learned) {
                model.set(values);
            }
        }
        learned(learned() + batch.rows());
    }

    private void step(Batch batch, int from, int to) {
        float loss = model.train(rows.inputs(batch.inputs(), from, to), rows.targets(batch.targets(), from, to));
        if (!Float.isFinite(loss)) {
            throw new BatchRefused(
                    "rows " + from + " to " + (to - 1) + ": the loss is " + loss + " (expected: a finite number)");
        }
    }

    @Override
    public void predict(int count, double[] inputs, double[] predictions) {
        rows.predict(model, count, inputs, predictions);
    }

    @Override
    public Predictor snapshot() {
        if (answering == null) {
            try {
                answering = new Serving(TrainableModel.load(archive, rows.signatures()), rows);
            } catch (SavedModelRefused e) {
                throw new IllegalStateException("a SavedModel that was loaded before", e);
            }
            // Holds the copy until the learner is closed.
            serving = answering.snapshot(values, learned());
        }
        return answering.snapshot(values, learned());
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeLong(learned());
        for (Values each : values) {
            out.writeInt(each.shape().length);
            for (long size : each.shape()) {
                out.writeLong(size);
            }
            out.write(each.bytes());
        }
    }

    @Override
    public void readState(DataInput in) throws IOException {
        long learned = in.readLong();
        List<Values> restored = new ArrayList<>();
        List<String> names = model.names();
        for (int i = 0; i < values.size(); i++) {
            Values known = values.get(i);
            long[] shape = new long[known.shape().length];
            int rank = in.readInt();
            for (int axis = 0; axis < shape.length && rank == shape.length; axis++) {
                shape[axis] = in.readLong();
            }
            if (!Arrays.equals(shape, known.shape())) {
                throw new StateRefused("variable " + names.get(i) + ": " + Arrays.toString(shape) + " (expected: "
                        + Arrays.toString(known.shape()) + ")");
            }
            byte[] bytes = new byte[known.bytes().length];
            in.readFully(bytes);
            restored.add(new Values(known.type(), shape, bytes));
        }
        model.set(restored);
        values = List.copyOf(restored);
        learned(learned);
    }

    @Override
    public void close() {
        model.close();
        if (serving != null) {
            serving.close();
        }
    }
}
