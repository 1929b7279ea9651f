package io.mlaas.online.linear;

import io.mlaas.online.Batch;
import io.mlaas.online.Predictor;
import io.mlaas.online.Schema;
import io.mlaas.online.SchemaLearner;
import io.mlaas.online.StateValues;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Margins, the derivatives of their loss, and an optimiser that moves the weights. */
final class LinearLearner extends SchemaLearner {
    private final Loss loss;
    private final double epsilon;
    private final Weights weights;
    private final Optimizer optimizer;
    private final OneHotRow row;
    private double[] margins;

    LinearLearner(
            String algorithm,
            Schema schema,
            ObjectNode configuration,
            Loss loss,
            double epsilon,
            Function<Weights, Optimizer> optimizer) {
        super(algorithm, schema, configuration);
        this.loss = loss;
        this.epsilon = epsilon;
        row = new OneHotRow(schema);
        boolean oneMargin = schema.classifies() && schema.outputs() == 2 && loss != Loss.SOFTMAX;
        weights = new Weights(oneMargin ? 1 : schema.outputs(), row.columns());
        this.optimizer = optimizer.apply(weights);
        margins = new double[weights.margins()];
    }

    @Override
    public void learn(Batch batch) {
        schema().check(batch);
        for (int i = 0; i < batch.rows(); i++) {
            row.read(batch.inputs(), i);
            learnRow(batch.targets(), i, batch.weight(i));
        }
    }

    private void learnRow(double[] targets, int i, double weight) {
        learned(learned() + 1);
        optimizer.startRow(learned());
        double suffered = readMargins(targets, i);
        for (int k = 0; k < margins.length; k++) {
            double p = margins[k];
            double y = y(targets, i, k);
            double derivative = loss == Loss.SOFTMAX ? p - (y + 1) / 2 : loss.derivative(p, y, epsilon);
            derivative = Math.clamp(derivative, -Optimizer.LARGEST_DERIVATIVE, Optimizer.LARGEST_DERIVATIVE);
            optimizer.step(row, k, p, y, derivative, weight);
        }
        optimizer.endRow(suffered);
    }

    /** Fills {@code margins} (with probabilities, for softmax) and returns the loss of the row. */
    private double readMargins(double[] targets, int i) {
        for (int k = 0; k < margins.length; k++) {
            margins[k] = weights.margin(row, k);
        }
        if (loss == Loss.SOFTMAX) {
            LinearPredictor.softmax(margins);
            return -Math.log(Math.max(Double.MIN_NORMAL, margins[(int) targets[i]]));
        }
        double sum = 0;
        for (int k = 0; k < margins.length; k++) {
            sum += loss.value(margins[k], y(targets, i, k), epsilon);
        }
        return sum;
    }

    private double y(double[] targets, int i, int k) {
        if (!loss.classifies()) {
            return targets[i * margins.length + k];
        }
        int positive = margins.length == 1 ? 1 : k;
        return targets[i] == positive ? 1 : -1;
    }

    @Override
    public double loss(Batch batch) {
        schema().check(batch);
        double sum = 0;
        double weight = 0;
        for (int i = 0; i < batch.rows(); i++) {
            row.read(batch.inputs(), i);
            sum += batch.weight(i) * readMargins(batch.targets(), i);
            weight += batch.weight(i);
        }
        return weight == 0 ? 0 : sum / weight;
    }

    @Override
    public void predict(int rows, double[] inputs, double[] predictions) {
        new LinearPredictor(schema(), learned(), weights, loss).predict(rows, inputs, predictions);
    }

    @Override
    public Predictor snapshot() {
        return new LinearPredictor(schema(), learned(), weights.copy(), loss);
    }

    @Override
    public boolean growsClasses() {
        return schema().classifies();
    }

    @Override
    protected void growClasses() {
        weights.grow();
        optimizer.grow();
        margins = new double[weights.margins()];
    }

    @Override
    public void writeState(DataOutput out) throws IOException {
        out.writeLong(learned());
        StateValues.write(out, weights.raw);
        StateValues.write(out, weights.scale);
        StateValues.write(out, weights.intercepts);
        optimizer.writeState(out);
    }

    @Override
    public void readState(DataInput in) throws IOException {
        learned(in.readLong());
        StateValues.read(in, weights.raw);
        StateValues.read(in, weights.scale);
        StateValues.read(in, weights.intercepts);
        optimizer.readState(in);
    }

    @Override
    public Map<String, String> adjustable() {
        String rate = optimizer.rateField();
        return rate == null ? Map.of() : Map.of("learning_rate", "/optimizer/" + rate);
    }

    @Override
    public void readAdjusted(DataInput in, JsonNode before) throws IOException {
        readState(in);
        optimizer.rateChanged();
    }

    /** For tests: the vectors and the intercepts. */
    Weights weights() {
        return weights;
    }
}
