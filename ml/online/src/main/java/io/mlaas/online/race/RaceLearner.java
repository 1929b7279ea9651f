package io.mlaas.online.race;

import io.mlaas.online.Batch;
import io.mlaas.online.Learner;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import io.mlaas.online.SchemaLearner;
import io.mlaas.online.StateValues;
import io.mlaas.online.evaluation.Prequential;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Predicts with the champion. Its loss is the Brier score, or the squared error, of the champion. */
final class RaceLearner extends SchemaLearner {
    private final List<Learner> contenders;
    private final double fading;
    private final double[] errors; // faded sums

    RaceLearner(String algorithm, Schema schema, ObjectNode configuration, List<Learner> contenders, double fading) {
        super(algorithm, schema, configuration);
        this.contenders = List.copyOf(contenders);
        this.fading = fading;
        errors = new double[contenders.size()];
    }

    /** The first of the best. */
    private Learner champion() {
        int best = 0;
        for (int i = 1; i < errors.length; i++) {
            best = errors[i] < errors[best] ? i : best;
        }
        return contenders.get(best);
    }

    /** Contenders are judged on rows that they have not learned: each row on its own. */
    @Override
    public void learn(Batch batch) {
        schema().check(batch);
        Row row = new Row(schema());
        for (int i = 0; i < batch.rows(); i++) {
            row.read(batch, i);
            for (int k = 0; k < errors.length; k++) {
                contenders.get(k).predict(1, row.inputs, row.prediction);
                errors[k] = errors[k] * fading + batch.weight(i) * row.error(schema());
                contenders.get(k).learn(row.batch);
            }
        }
        learned(learned() + batch.rows());
    }

    @Override
    public void predict(int rows, double[] inputs, double[] predictions) {
        champion().predict(rows, inputs, predictions);
    }

    @Override
    public Predictor snapshot() {
        return champion().snapshot();
    }

    @Override
    public boolean growsClasses() {
        return contenders.stream().allMatch(Learner::growsClasses);
    }

    @Override
    protected void growClasses() {
        String added = schema().target().names().getLast();
        contenders.forEach(contender -> contender.addClass(added));
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeLong(learned());
        StateValues.write(out, errors);
        for (Learner contender : contenders) {
            contender.writeState(out);
        }
    }

    @Override
    public void readState(DataInput in) throws IOException {
        learned(in.readLong());
        StateValues.read(in, errors);
        for (Learner contender : contenders) {
            contender.readState(in);
        }
    }

    @Override
    public void close() {
        contenders.forEach(Learner::close);
    }

    /** One row of a batch as a batch. */
    private static final class Row {
        private final double[] inputs;
        private final double[] targets;
        private final double[] weight = new double[1];
        private final double[] prediction;
        private final Batch batch;

        Row(Schema schema) {
            inputs = new double[schema.width()];
            targets = new double[schema.target().width()];
            prediction = new double[schema.outputs()];
            batch = new Batch(1, inputs, targets, weight);
        }

        void read(Batch from, int row) {
            System.arraycopy(from.inputs(), row * inputs.length, inputs, 0, inputs.length);
            System.arraycopy(from.targets(), row * targets.length, targets, 0, targets.length);
            weight[0] = from.weight(row);
        }

        double error(Schema schema) {
            if (schema.classifies()) {
                return Prequential.mostProbable(prediction) == (int) targets[0] ? 0 : 1;
            }
            double sum = 0;
            for (int k = 0; k < targets.length; k++) {
                sum += (prediction[k] - targets[k]) * (prediction[k] - targets[k]);
            }
            return sum;
        }
    }
}
