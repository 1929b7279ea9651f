package io.mlaas.online.vw;

import io.mlaas.online.Batch;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import io.mlaas.online.SchemaLearner;
import io.mlaas.online.StateRefused;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Vowpal Wabbit counts the examples that it is only asked about, and its learning rates depend on the count: so others than
 * the learning instances answer, made anew from the saved regressors when something has been learned. Its loss: squared
 * error, or the Brier score.
 */
final class WabbitLearner extends SchemaLearner {
    private static final int LARGEST_STATE = 1 << 30;

    private final String options;
    private final Examples examples;
    private Ensemble learning;
    private @Nullable Ensemble answering;

    WabbitLearner(String algorithm, Schema schema, ObjectNode configuration, String options) {
        super(algorithm, schema, configuration);
        this.options = options;
        examples = new Examples(schema);
        learning = Ensemble.open(schema, options, Collections.nCopies(Ensemble.size(schema), Wabbit.NOTHING_LEARNED));
    }

    @Override
    public void check(Batch batch) {
        schema().check(batch);
        Examples.check(batch.inputs(), schema().width());
        Examples.check(batch.targets(), schema().target().width());
    }

    @Override
    public void learn(Batch batch) {
        check(batch);
        if (batch.rows() == 0) {
            return;
        }
        forgetAnswering();
        for (int k = 0; k < learning.wabbits().size(); k++) {
            List<String> texts = new ArrayList<>();
            for (int row = 0; row < batch.rows(); row++) {
                if (batch.weight(row) > 0) {
                    double label = learning.label(batch.targets()[row], k);
                    texts.add(examples.toLearn(batch.inputs(), row, label, batch.weight(row)));
                }
            }
            learning.wabbits().get(k).learn(texts);
        }
        learned(learned() + batch.rows());
    }

    private void forgetAnswering() {
        if (answering != null) {
            answering.close();
            answering = null;
        }
    }

    @Override
    public void predict(int rows, double[] inputs, double[] predictions) {
        schema().checkInputs(rows, inputs);
        Examples.check(inputs, schema().width());
        Ensemble asked = answering;
        if (asked == null) {
            asked = copy();
            answering = asked;
        }
        asked.predict(rows, inputs, predictions);
    }

    private Ensemble copy() {
        return Ensemble.open(schema(), options + " --testonly", learning.save());
    }

    @Override
    public Predictor snapshot() {
        return new Snapshot(schema(), learned(), copy());
    }

    private record Snapshot(Schema schema, long learned, Ensemble ensemble) implements Predictor {
        @Override
        public void predict(int rows, double[] inputs, double[] predictions) {
            schema.checkInputs(rows, inputs);
            Examples.check(inputs, schema.width());
            ensemble.predict(rows, inputs, predictions);
        }

        @Override
        public void close() {
            ensemble.close();
        }
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeLong(learned());
        for (byte[] regressor : learning.save()) {
            out.writeInt(regressor.length);
            out.write(regressor);
        }
    }

    @Override
    public void readState(DataInput in) throws IOException {
        long rows = in.readLong();
        List<byte[]> regressors = new ArrayList<>();
        for (int k = 0; k < Ensemble.size(schema()); k++) {
            int length = in.readInt();
            if (length < 0 || length > LARGEST_STATE) {
                throw new StateRefused("state: " + length + " bytes (expected: 0 to " + LARGEST_STATE + ")");
            }
            byte[] regressor = new byte[length];
            in.readFully(regressor);
            regressors.add(regressor);
        }
        Ensemble restored = Ensemble.open(schema(), options, regressors);
        forgetAnswering();
        learning.close();
        learning = restored;
        learned(rows);
    }

    /** FTRL has rates of its own, which the regressor keeps. */
    @Override
    public Map<String, String> adjustable() {
        boolean ftrl = configuration().path("update").asString("").equals("ftrl");
        return ftrl ? Map.of() : Map.of("learning_rate", "/learning_rate");
    }

    /** For tests. */
    WabbitProcess process() {
        return learning.wabbits().getFirst().process();
    }

    @Override
    public void close() {
        forgetAnswering();
        learning.close();
    }
}
