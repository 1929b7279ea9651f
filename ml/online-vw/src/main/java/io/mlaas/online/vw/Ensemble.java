package io.mlaas.online.vw;

import io.mlaas.online.Schema;
import java.util.ArrayList;
import java.util.List;

/** The instances of one learner: one for two classes or a number, otherwise one for each class against the rest. */
record Ensemble(Schema schema, List<Wabbit> wabbits) implements AutoCloseable {

    static int size(Schema schema) {
        return schema.classifies() && schema.outputs() > 2 ? schema.outputs() : 1;
    }

    /** @param regressors one for each instance */
    static Ensemble open(Schema schema, String options, List<byte[]> regressors) {
        List<Wabbit> wabbits = new ArrayList<>();
        try {
            regressors.forEach(regressor -> wabbits.add(Wabbit.open(options, regressor)));
        } catch (RuntimeException refused) {
            wabbits.forEach(Wabbit::close);
            throw refused;
        }
        return new Ensemble(schema, List.copyOf(wabbits));
    }

    List<byte[]> save() {
        return wabbits.stream().map(Wabbit::save).toList();
    }

    /** What instance {@code k} is to say of a target: -1 or 1, or the number. */
    double label(double target, int k) {
        if (!schema.classifies()) {
            return target;
        }
        return target == (wabbits.size() == 1 ? 1 : k) ? 1 : -1;
    }

    void predict(int rows, double[] inputs, double[] predictions) {
        List<String> examples = new Examples(schema).toPredict(rows, inputs);
        List<float[]> margins = new ArrayList<>();
        wabbits.forEach(wabbit -> margins.add(wabbit.predict(examples)));
        int outputs = schema.outputs();
        for (int row = 0; row < rows; row++) {
            if (!schema.classifies()) {
                predictions[row] = margins.getFirst()[row];
            } else if (margins.size() == 1) {
                predictions[row * 2 + 1] = logistic(margins.getFirst()[row]);
                predictions[row * 2] = 1 - predictions[row * 2 + 1];
            } else {
                againstTheRest(margins, row, predictions, row * outputs);
            }
        }
    }

    private static void againstTheRest(List<float[]> margins, int row, double[] predictions, int start) {
        double sum = 0;
        for (int k = 0; k < margins.size(); k++) {
            predictions[start + k] = logistic(margins.get(k)[row]);
            sum += predictions[start + k];
        }
        for (int k = 0; k < margins.size(); k++) {
            predictions[start + k] = sum > 0 ? predictions[start + k] / sum : 1.0 / margins.size();
        }
    }

    private static double logistic(double margin) {
        return 1 / (1 + Math.exp(-margin));
    }

    @Override
    public void close() {
        wabbits.forEach(Wabbit::close);
    }
}
