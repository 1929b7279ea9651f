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
import java.util.Arrays;
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

    @Override
    public void check(Batch batch) {
        contenders.forEach(contender -> contender.check(batch));
    }

    /**
     * Contenders predict the whole batch, are judged row by row, and learn it. If one refuses to learn what its check let
     * pass, those before it in the list have learned: such contenders come first.
     */
    @Override
    public void learn(Batch batch) {
        check(batch);
        double[] judged = errors.clone();
        for (int k = 0; k < judged.length; k++) {
            double[] predictions = contenders.get(k).predict(batch.rows(), batch.inputs());
            for (int row = 0; row < batch.rows(); row++) {
                judged[k] = judged[k] * fading + batch.weight(row) * error(batch, row, predictions);
            }
        }
        contenders.forEach(contender -> contender.learn(batch));
        System.arraycopy(judged, 0, errors, 0, judged.length);
        learned(learned() + batch.rows());
    }

    private double error(Batch batch, int row, double[] predictions) {
        int outputs = schema().outputs();
        double[] prediction = Arrays.copyOfRange(predictions, row * outputs, (row + 1) * outputs);
        if (schema().classifies()) {
            return Prequential.mostProbable(prediction) == (int) batch.targets()[row] ? 0 : 1;
        }
        double sum = 0;
        for (int k = 0; k < outputs; k++) {
            double error = prediction[k] - target(batch, row, k);
            sum += error * error;
        }
        return sum;
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
}
