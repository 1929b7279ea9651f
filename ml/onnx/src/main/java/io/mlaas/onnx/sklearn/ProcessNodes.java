package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.Map;

/** Classification by a Gaussian process: Rasmussen and Williams, Gaussian Processes for Machine Learning, algorithm 3.2. */
final class ProcessNodes {
    /** The logistic function as a sum of error functions: Williams and Barber, 1998, appendix A. */
    static final double[] WIDTHS = {0.41, 0.4, 0.37, 0.44, 0.39};

    static final double[] SHARES = {-1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654};
    private static final int MOST_POINTS = 2000;

    private ProcessNodes() {}

    static void register(Map<String, Emission.Predictor> predictors) {
        predictors.put("GaussianProcessClassifier", (to, m, x) -> {
            Prediction own = to.predict(m.object("base_estimator_"), x);
            return new Prediction(Labels.of(m), own.index(), own.probabilities(), own.scores(), null);
        });
        predictors.put("_BinaryGaussianProcessClassifierLaplace", ProcessNodes::binary);
    }

    /** In 64 bits: the five shares are large and cancel. */
    private static Prediction binary(Emission to, PickledObject model, Features x) {
        Ops ops = new Ops(to.ops.graph, ElementType.FLOAT64);
        Tensor input = ops.asNumber(x.numbers());
        Matrix points = Matrix.of(model, "X_train_");
        PickledObject kernel = model.object("kernel_");
        Tensor similar = SimilarityNodes.kernel(ops, kernel, input, points);
        double[] pull = pull(model);
        Tensor mean = ops.matmul(similar, ops.weights(pull, pull.length, 1));
        Tensor whitened = ops.matmul(similar, ops.weights(whitening(model).transposed()));
        Tensor variance = ops.sub(own(ops, kernel, input), ops.sum(ops.mul(whitened, whitened), 1, true));
        double[] squares = Arrays.stream(WIDTHS).map(w -> 2 * w * w).toArray();
        Tensor spread = ops.unary("Sqrt", ops.add(ops.mul(variance, ops.row(squares)), ops.scalar(1)));
        Tensor steps = ErrorFunction.of(ops, ops.div(ops.mul(mean, ops.row(WIDTHS)), spread));
        double[] halves = Arrays.stream(SHARES).map(s -> s / 2).toArray();
        Tensor second = ops.matmul(ops.add(steps, ops.scalar(1)), ops.weights(halves, halves.length, 1));
        Prediction decided = Prediction.decided(ops, Labels.of(model), mean, ops.complement(second));
        return new Prediction(decided.classes(), decided.index(), decided.probabilities(), null, null).as(to.ops);
    }

    /** How each stored row pulls the latent mean. */
    static double[] pull(PickledObject model) {
        double[] pull = Matrix.of(model, "y_train_").values().clone();
        double[] expected = Matrix.vector(model, "pi_", pull.length);
        Arrays.setAll(pull, i -> pull[i] - expected[i]);
        return pull;
    }

    /** The inverse of {@code L}, times the square roots of {@code W}. */
    private static Matrix whitening(PickledObject model) {
        Matrix lower = Matrix.of(model, "L_");
        int n = lower.rows();
        if (n > MOST_POINTS || lower.columns() != n) {
            throw new TranslationRefused(
                    Reason.TOO_LARGE,
                    "GaussianProcessClassifier with " + n + " stored rows (expected: <= " + MOST_POINTS + ")");
        }
        double[] roots = Matrix.vector(model, "W_sr_", n);
        double[] inverse = new double[n * n];
        for (int column = 0; column < n; column++) {
            for (int row = column; row < n; row++) {
                double sum = row == column ? roots[column] : 0;
                for (int k = column; k < row; k++) {
                    sum -= lower.at(row, k) * inverse[k * n + column];
                }
                inverse[row * n + column] = sum / lower.at(row, row);
            }
        }
        return new Matrix(inverse, n, n);
    }

    /** How similar each row is to itself: (rows, 1). */
    private static Tensor own(Ops ops, PickledObject kernel, Tensor x) {
        return switch (kernel.simpleName()) {
            case "Sum" -> ops.add(own(ops, kernel.object("k1"), x), own(ops, kernel.object("k2"), x));
            case "Product" -> ops.mul(own(ops, kernel.object("k1"), x), own(ops, kernel.object("k2"), x));
            case "Exponentiation" ->
                ops.binary("Pow", own(ops, kernel.object("kernel"), x), ops.scalar(kernel.number("exponent")));
            case "ConstantKernel" -> ops.scalar(kernel.number("constant_value"));
            case "WhiteKernel" -> ops.scalar(kernel.number("noise_level"));
            case "DotProduct" -> {
                double sigma = kernel.number("sigma_0");
                yield ops.add(ops.sum(ops.mul(x, x), 1, true), ops.scalar(sigma * sigma));
            }
            default -> ops.scalar(1);
        };
    }
}
