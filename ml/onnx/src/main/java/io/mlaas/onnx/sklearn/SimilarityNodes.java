package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.Map;
import java.util.stream.IntStream;

/** What is made of similarities to stored rows: Gaussian processes, kernel projections, random features. */
final class SimilarityNodes {
    private SimilarityNodes() {}

    static void register(Map<String, Emission.Transformer> transformers, Map<String, Emission.Predictor> predictors) {
        predictors.put("GaussianProcessRegressor", SimilarityNodes::process);
        transformers.put("KernelPCA", SimilarityNodes::components);
        transformers.put("Nystroem", SimilarityNodes::nystroem);
        transformers.put("RBFSampler", SimilarityNodes::sampled);
    }

    /** In 64 bits: the weights of a Gaussian process are large and cancel. */
    private static Prediction process(Emission to, PickledObject model, Features x) {
        Ops wide = new Ops(to.ops.graph, ElementType.FLOAT64);
        Matrix points = Matrix.of(model, "X_train_");
        Matrix weights = vertical(model, "alpha_");
        Tensor similar = kernel(wide, model.object("kernel_"), wide.asNumber(x.numbers()), points);
        double[] deviation = Matrix.vector(model, "_y_train_std", weights.columns());
        // a factor behind the product would be fused into it, rounded to 32 bits
        double[] scaled = weights.values().clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= deviation[i % deviation.length];
        }
        Tensor varying = wide.matmul(similar, wide.weights(new Matrix(scaled, weights.rows(), weights.columns())));
        double[] mean = Matrix.vector(model, "_y_train_mean", weights.columns());
        return Prediction.values(to.ops.asNumber(wide.add(varying, wide.row(mean))));
    }

    /** A vector as a column. */
    static Matrix vertical(PickledObject model, String attribute) {
        Matrix matrix = Matrix.of(model, attribute);
        return model.array(attribute).rank() == 1 ? matrix.transposed() : matrix;
    }

    /** (rows, points). */
    static Tensor kernel(Ops ops, PickledObject kernel, Tensor x, Matrix points) {
        return switch (kernel.simpleName()) {
            case "Sum" ->
                ops.add(kernel(ops, kernel.object("k1"), x, points), kernel(ops, kernel.object("k2"), x, points));
            case "Product" ->
                ops.mul(kernel(ops, kernel.object("k1"), x, points), kernel(ops, kernel.object("k2"), x, points));
            case "Exponentiation" ->
                ops.binary(
                        "Pow", kernel(ops, kernel.object("kernel"), x, points), ops.scalar(kernel.number("exponent")));
            case "ConstantKernel" -> constant(ops, x, points, kernel.number("constant_value"));
            case "WhiteKernel" -> constant(ops, x, points, 0);
            case "RBF" -> ops.unary("Exp", ops.mul(scaledSquares(ops, kernel, x, points), ops.scalar(-0.5)));
            case "Matern" -> matern(ops, kernel.number("nu"), scaledSquares(ops, kernel, x, points));
            case "RationalQuadratic" -> {
                double alpha = kernel.number("alpha");
                double length = kernel.number("length_scale");
                Tensor ratio = ops.mul(ops.squaredDistances(x, points), ops.scalar(1 / (2 * alpha * length * length)));
                yield ops.binary("Pow", ops.add(ratio, ops.scalar(1)), ops.scalar(-alpha));
            }
            case "DotProduct" -> {
                double sigma = kernel.number("sigma_0");
                yield ops.add(ops.matmul(x, ops.weights(points.transposed())), ops.scalar(sigma * sigma));
            }
            case "ExpSineSquared" -> {
                Tensor distance = ops.unary("Sqrt", ops.squaredDistances(x, points));
                Tensor sine = ops.unary("Sin", ops.mul(distance, ops.scalar(Math.PI / kernel.number("periodicity"))));
                Tensor ratio = ops.div(sine, ops.scalar(kernel.number("length_scale")));
                yield ops.unary("Exp", ops.mul(ops.mul(ratio, ratio), ops.scalar(-2)));
            }
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_OPERATOR,
                        "a Gaussian process with the kernel " + kernel.className()
                                + " (expected: one of scikit-learn's)");
        };
    }

    private static Tensor constant(Ops ops, Tensor x, Matrix points, double value) {
        Tensor zeros = ops.mul(ops.columns(x, 0), ops.scalar(0));
        return ops.add(
                zeros,
                ops.row(IntStream.range(0, points.rows())
                        .mapToDouble(i -> value)
                        .toArray()));
    }

    private static Tensor scaledSquares(Ops ops, PickledObject kernel, Tensor x, Matrix points) {
        double[] lengths = Matrix.vector(kernel, "length_scale", points.columns());
        double[] scaled = points.values().clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] /= lengths[i % lengths.length];
        }
        return ops.squaredDistances(ops.div(x, ops.row(lengths)), new Matrix(scaled, points.rows(), points.columns()));
    }

    private static Tensor matern(Ops ops, double nu, Tensor squares) {
        if (Double.isInfinite(nu)) {
            return ops.unary("Exp", ops.mul(squares, ops.scalar(-0.5)));
        }
        if (nu != 0.5 && nu != 1.5 && nu != 2.5) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "Matern.nu: " + nu + " (expected: 0.5, 1.5, 2.5, infinity)");
        }
        Tensor k = ops.mul(ops.unary("Sqrt", squares), ops.scalar(Math.sqrt(2 * nu)));
        Tensor decay = ops.unary("Exp", ops.unary("Neg", k));
        if (nu == 0.5) {
            return decay;
        }
        Tensor factor = ops.add(k, ops.scalar(1));
        return ops.mul(nu == 1.5 ? factor : ops.add(factor, ops.div(ops.mul(k, k), ops.scalar(3))), decay);
    }

    /** A kernel by its name, as {@code pairwise_kernels} calculates it. */
    private static Tensor named(Ops ops, PickledObject model, Tensor x, Matrix points) {
        String name = model.get("kernel") instanceof String text ? text : "of one's own";
        double gamma = gamma(model, points);
        return switch (name) {
            case "linear" -> ops.matmul(x, ops.weights(points.transposed()));
            case "rbf" -> ops.unary("Exp", ops.mul(ops.squaredDistances(x, points), ops.scalar(-gamma)));
            case "poly", "polynomial", "sigmoid" -> {
                Tensor product = ops.matmul(x, ops.weights(points.transposed().times(gamma)));
                Tensor inner = ops.add(product, ops.scalar(model.number("coef0", 1)));
                yield name.equals("sigmoid")
                        ? ops.unary("Tanh", inner)
                        : ops.binary("Pow", inner, ops.scalar(model.number("degree", 3)));
            }
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE,
                        model.simpleName() + " with the kernel " + name + " (expected: linear, poly, rbf, sigmoid)");
        };
    }

    static double gamma(PickledObject model, Matrix points) {
        return model.number("gamma_", model.number("gamma", 1.0 / points.columns()));
    }

    private static Features components(Emission to, PickledObject model, Features x) {
        Ops ops = new Ops(to.ops.graph, ElementType.FLOAT64);
        Matrix points = Matrix.of(model, "X_fit_");
        Tensor similar = named(ops, model, ops.asNumber(x.numbers()), points);
        PickledObject centerer = model.object("_centerer");
        Tensor own = ops.div(ops.sum(similar, 1, true), ops.scalar(points.rows()));
        Tensor centred = ops.add(
                ops.sub(
                        ops.sub(
                                similar,
                                ops.row(Matrix.of(centerer, "K_fit_rows_").values())),
                        own),
                ops.scalar(centerer.number("K_fit_all_")));
        Matrix vectors = Matrix.of(model, "eigenvectors_");
        double[] values = Matrix.of(model, "eigenvalues_").values();
        double[] scaled = vectors.values().clone();
        for (int i = 0; i < scaled.length; i++) {
            double value = values[i % values.length];
            scaled[i] = value == 0 ? 0 : scaled[i] / Math.sqrt(value);
        }
        Tensor result = ops.matmul(centred, ops.weights(new Matrix(scaled, vectors.rows(), vectors.columns())));
        return Features.of(to.ops, to.ops.asNumber(result));
    }

    private static Features nystroem(Emission to, PickledObject model, Features x) {
        Ops ops = new Ops(to.ops.graph, ElementType.FLOAT64);
        Tensor similar = named(ops, model, ops.asNumber(x.numbers()), Matrix.of(model, "components_"));
        Tensor result = ops.matmul(
                similar, ops.weights(Matrix.of(model, "normalization_").transposed()));
        return Features.of(to.ops, to.ops.asNumber(result));
    }

    private static Features sampled(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Matrix weights = Matrix.of(model, "random_weights_");
        Tensor angle = ops.add(
                ops.matmul(x.numbers(), ops.weights(weights)),
                ops.row(Matrix.of(model, "random_offset_").values()));
        return Features.of(ops, ops.mul(ops.unary("Cos", angle), ops.scalar(Math.sqrt(2.0 / weights.columns()))));
    }
}
