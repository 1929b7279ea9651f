package io.mlaas.online.tensorflow;

import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.Schema;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.proto.DataType;

/** Rows as the tensors of a SavedModel, and its answers as predictions. */
record Rows(Schema schema, Signatures signatures, Answers answers) {
    private static final int MOST_AT_ONCE = 1024;

    Values inputs(double[] inputs, int from, int to) {
        int width = schema.width();
        float[] numbers = new float[(to - from) * width];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) inputs[from * width + i];
        }
        return Values.floats(numbers, Signatures.shape(to - from, signatures.row()));
    }

    Values targets(double[] targets, int from, int to) {
        int wide = schema.target().width();
        float[] numbers = new float[(to - from) * wide];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) targets[from * wide + i];
        }
        long[] shape = Signatures.shape(to - from, signatures.targetRow());
        if (signatures.targetType() != DataType.DT_FLOAT) {
            return Values.integers(signatures.targetType(), numbers, shape);
        }
        long size = signatures.targetRow().stream().reduce(1L, Math::multiplyExact);
        return Values.floats(schema.classifies() && size > 1 ? oneHot(numbers, (int) size) : numbers, shape);
    }

    private static float[] oneHot(float[] indexes, int classes) {
        float[] numbers = new float[indexes.length * classes];
        for (int i = 0; i < indexes.length; i++) {
            numbers[i * classes + (int) indexes[i]] = 1;
        }
        return numbers;
    }

    /** @throws BatchRefused for weights other than 0 and 1: a training signature takes none */
    Batch counted(Batch batch) {
        double @Nullable [] weights = batch.weights();
        if (weights == null || Arrays.stream(weights).allMatch(weight -> weight == 1)) {
            return batch;
        }
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] != 0 && weights[i] != 1) {
                throw new BatchRefused("row " + i + ": weight: " + weights[i]
                        + " (expected: 0 or 1, as the training signature takes no weights)");
            }
        }
        return without(batch, weights);
    }

    private Batch without(Batch batch, double[] weights) {
        int width = schema.width();
        int wide = schema.target().width();
        int left = (int) Arrays.stream(weights).filter(weight -> weight == 1).count();
        double[] inputs = new double[left * width];
        double[] targets = new double[left * wide];
        int to = 0;
        for (int row = 0; row < batch.rows(); row++) {
            if (weights[row] == 1) {
                System.arraycopy(batch.inputs(), row * width, inputs, to * width, width);
                System.arraycopy(batch.targets(), row * wide, targets, to * wide, wide);
                to++;
            }
        }
        return new Batch(left, inputs, targets);
    }

    /**
     * Learns and answers one row, so that a file that cannot is found before anything begins with it; the variables are then
     * as before.
     */
    void tryOut(TrainableModel model) throws SavedModelRefused {
        double[] row = new double[schema.width()];
        List<Values> before = model.values();
        try {
            predict(model, 1, row, new double[schema.outputs()]);
            model.train(inputs(row, 0, 1), targets(new double[schema.target().width()], 0, 1));
        } catch (TensorFlowException e) {
            throw new SavedModelRefused("TensorFlow does not run it: " + e.getMessage(), e);
        }
        model.set(before);
    }

    void predict(TrainableModel model, int rows, double[] inputs, double[] predictions) {
        schema.checkInputs(rows, inputs);
        for (int from = 0; from < rows; from += MOST_AT_ONCE) {
            int to = Math.min(rows, from + MOST_AT_ONCE);
            double[] part = new double[(to - from) * schema.outputs()];
            answers.predict(schema, to - from, model.predict(inputs(inputs, from, to)), signatures.answered(), part);
            System.arraycopy(part, 0, predictions, from * schema.outputs(), part.length);
        }
    }
}
