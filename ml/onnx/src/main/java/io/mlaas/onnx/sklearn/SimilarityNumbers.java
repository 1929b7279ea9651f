package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.Map;

/** Similarities to stored rows in 64-bit floats, pair by pair. */
final class SimilarityNumbers {
    private SimilarityNumbers() {}

    private interface Row {
        double[] of(double[] x);
    }

    static void register(
            Map<String, Evaluation.Transformer> transformers, Map<String, Evaluation.Predictor> predictors) {
        predictors.put("GaussianProcessRegressor", (m, x) -> {
            Matrix points = Matrix.of(m, "X_train_");
            Matrix weights = SimilarityNodes.vertical(m, "alpha_").transposed();
            PickledObject kernel = m.object("kernel_");
            double[] deviation = Matrix.vector(m, "_y_train_std", weights.rows());
            double[] mean = Matrix.vector(m, "_y_train_mean", weights.rows());
            return Outcome.values(Evaluation.eachRow(x, row -> {
                double[] similar = new double[points.rows()];
                Arrays.setAll(similar, i -> similarity(kernel, row, points.row(i)));
                double[] values = Evaluation.times(weights, similar);
                Arrays.setAll(values, i -> values[i] * deviation[i] + mean[i]);
                return values;
            }));
        });
        put(transformers, "KernelPCA", SimilarityNumbers::components);
        put(transformers, "Nystroem", m -> {
            Matrix points = Matrix.of(m, "components_");
            Matrix normalization = Matrix.of(m, "normalization_");
            return row -> Evaluation.times(normalization, similarities(m, points, row));
        });
        put(transformers, "RBFSampler", m -> {
            Matrix weights = Matrix.of(m, "random_weights_").transposed();
            double[] offset = Matrix.of(m, "random_offset_").values();
            return row -> {
                double[] angle = Evaluation.times(weights, row);
                Arrays.setAll(angle, i -> Math.cos(angle[i] + offset[i]) * Math.sqrt(2.0 / offset.length));
                return angle;
            };
        });
    }

    private interface Prepared {
        Row of(PickledObject model);
    }

    private static void put(Map<String, Evaluation.Transformer> transformers, String name, Prepared prepared) {
        transformers.put(name, (m, x) -> Table.of(Evaluation.eachRow(x.numbers(), prepared.of(m)::of)));
    }

    private static double squares(double[] a, double[] b, double... lengths) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (a[i] - b[i]) / lengths[i % lengths.length];
            sum += difference * difference;
        }
        return sum;
    }

    static double similarity(PickledObject kernel, double[] a, double[] b) {
        return switch (kernel.simpleName()) {
            case "Sum" -> similarity(kernel.object("k1"), a, b) + similarity(kernel.object("k2"), a, b);
            case "Product" -> similarity(kernel.object("k1"), a, b) * similarity(kernel.object("k2"), a, b);
            case "Exponentiation" -> Math.pow(similarity(kernel.object("kernel"), a, b), kernel.number("exponent"));
            case "ConstantKernel" -> kernel.number("constant_value");
            case "WhiteKernel" -> 0;
            case "RBF" ->
                Math.exp(-0.5 * squares(a, b, Matrix.of(kernel, "length_scale").values()));
            case "Matern" -> {
                double nu = kernel.number("nu");
                double distance = Math.sqrt(
                        squares(a, b, Matrix.of(kernel, "length_scale").values()));
                double k = Math.sqrt(2 * nu) * distance;
                yield Double.isInfinite(nu)
                        ? Math.exp(-distance * distance / 2)
                        : Math.exp(-k) * (nu == 0.5 ? 1 : nu == 1.5 ? 1 + k : 1 + k + k * k / 3);
            }
            case "RationalQuadratic" -> {
                double alpha = kernel.number("alpha");
                double length = kernel.number("length_scale");
                yield Math.pow(1 + squares(a, b, 1) / (2 * alpha * length * length), -alpha);
            }
            case "DotProduct" -> Evaluation.dot(a, b) + kernel.number("sigma_0") * kernel.number("sigma_0");
            default -> {
                double turns = Math.sqrt(squares(a, b, 1)) / kernel.number("periodicity");
                double ratio = Math.sin(Math.PI * turns) / kernel.number("length_scale");
                yield Math.exp(-2 * ratio * ratio);
            }
        };
    }

    private static double[] similarities(PickledObject model, Matrix points, double... row) {
        double gamma = SimilarityNodes.gamma(model, points);
        double[] similar = new double[points.rows()];
        Arrays.setAll(similar, i -> {
            double product = Evaluation.dot(points.row(i), row);
            double inner = gamma * product + model.number("coef0", 1);
            return switch (model.text("kernel")) {
                case "linear" -> product;
                case "rbf" -> Math.exp(-gamma * squares(points.row(i), row, 1));
                case "sigmoid" -> Math.tanh(inner);
                default -> Math.pow(inner, model.number("degree", 3));
            };
        });
        return similar;
    }

    private static Row components(PickledObject model) {
        Matrix points = Matrix.of(model, "X_fit_");
        Matrix vectors = Matrix.of(model, "eigenvectors_").transposed();
        double[] values = Matrix.of(model, "eigenvalues_").values();
        PickledObject centerer = model.object("_centerer");
        double[] rows = Matrix.of(centerer, "K_fit_rows_").values();
        double all = centerer.number("K_fit_all_");
        return x -> {
            double[] similar = similarities(model, points, x);
            double mean = Arrays.stream(similar).average().orElse(0);
            Arrays.setAll(similar, i -> similar[i] - rows[i] - mean + all);
            double[] result = Evaluation.times(vectors, similar);
            Arrays.setAll(result, i -> values[i] == 0 ? 0 : result[i] / Math.sqrt(values[i]));
            return result;
        };
    }
}
