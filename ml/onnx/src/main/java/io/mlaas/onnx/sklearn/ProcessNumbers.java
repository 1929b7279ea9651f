package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.Map;

/** Classification by a Gaussian process in 64-bit floats, row by row. */
final class ProcessNumbers {
    private static final double[][] NONE = {};

    private ProcessNumbers() {}

    static void register(Map<String, Evaluation.Predictor> predictors) {
        predictors.put("GaussianProcessClassifier", (m, x) -> {
            Outcome own = Evaluation.predict(m.object("base_estimator_"), x);
            return new Outcome(Labels.of(m), own.index(), own.probabilities(), own.scores(), NONE);
        });
        predictors.put("_BinaryGaussianProcessClassifierLaplace", ProcessNumbers::binary);
    }

    private static Outcome binary(PickledObject model, double[][] x) {
        Matrix points = Matrix.of(model, "X_train_");
        Matrix lower = Matrix.of(model, "L_");
        double[] roots = Matrix.of(model, "W_sr_").values();
        double[] pull = ProcessNodes.pull(model);
        PickledObject kernel = model.object("kernel_");
        int[] index = new int[x.length];
        double[][] probabilities = new double[x.length][];
        for (int row = 0; row < x.length; row++) {
            double[] input = x[row];
            double[] similar = new double[points.rows()];
            Arrays.setAll(similar, i -> SimilarityNumbers.similarity(kernel, input, points.row(i)));
            double mean = Evaluation.dot(similar, pull);
            double[] solved = new double[similar.length];
            double variance = own(kernel, input);
            for (int i = 0; i < solved.length; i++) {
                double sum = roots[i] * similar[i];
                for (int k = 0; k < i; k++) {
                    sum -= lower.at(i, k) * solved[k];
                }
                solved[i] = sum / lower.at(i, i);
                variance -= solved[i] * solved[i];
            }
            index[row] = mean > 0 ? 1 : 0;
            probabilities[row] = Evaluation.pair(expectedLogistic(mean, variance));
        }
        return new Outcome(Labels.of(model), index, probabilities, NONE, NONE);
    }

    /** The error function is {@code 2 Φ(x √2) - 1}. */
    private static double expectedLogistic(double mean, double variance) {
        double alpha = 1 / (2 * variance);
        double sum = 0;
        for (int i = 0; i < ProcessNodes.WIDTHS.length; i++) {
            double width = ProcessNodes.WIDTHS[i];
            double argument = width * mean * Math.sqrt(alpha / (alpha + width * width));
            sum += ProcessNodes.SHARES[i] * CurveNumbers.below(argument * Math.sqrt(2));
        }
        return sum;
    }

    private static double own(PickledObject kernel, double[] x) {
        return switch (kernel.simpleName()) {
            case "Sum" -> own(kernel.object("k1"), x) + own(kernel.object("k2"), x);
            case "Product" -> own(kernel.object("k1"), x) * own(kernel.object("k2"), x);
            case "Exponentiation" -> Math.pow(own(kernel.object("kernel"), x), kernel.number("exponent"));
            case "WhiteKernel" -> kernel.number("noise_level");
            default -> SimilarityNumbers.similarity(kernel, x, x);
        };
    }
}
