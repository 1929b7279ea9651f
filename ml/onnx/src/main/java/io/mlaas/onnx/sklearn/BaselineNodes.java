package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledGlobal;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Constant predictions, linear maps of text counts and random directions, transformed targets. */
final class BaselineNodes {
    private BaselineNodes() {}

    static void register(Map<String, Emission.Transformer> transformers, Map<String, Emission.Predictor> predictors) {
        predictors.put("DummyClassifier", BaselineNodes::dummyClasses);
        predictors.put(
                "DummyRegressor",
                (to, m, x) -> Prediction.values(
                        constant(to.ops, x, Matrix.of(m, "constant_").values())));
        predictors.put("TransformedTargetRegressor", BaselineNodes::transformedTarget);
        List.of("PLSRegression", "PLSCanonical", "CCA")
                .forEach(name -> predictors.put(name, BaselineNodes::leastSquares));
        List.of("GaussianRandomProjection", "SparseRandomProjection")
                .forEach(name -> transformers.put(
                        name,
                        (to, p, x) -> Features.of(
                                to.ops,
                                to.ops.matmul(
                                        x.numbers(),
                                        to.ops.weights(
                                                Matrix.of(p, "components_").transposed())))));
        transformers.put("TfidfTransformer", BaselineNodes::frequencies);
        transformers.put("FeatureAgglomeration", BaselineNodes::agglomerated);
    }

    static Tensor constant(Ops ops, Features x, double... values) {
        Tensor zeros = ops.graph.node(
                "Where",
                ops.type,
                x.column(0).shape(),
                List.of(ops.compare("Equal", x.column(0), x.column(0)), ops.scalar(0), ops.scalar(0)));
        return ops.add(zeros, ops.row(values));
    }

    /** Of which class a classifier that learns nothing is how sure. */
    static double[] shares(PickledObject model) {
        double[] prior = Matrix.of(model, "class_prior_").values();
        double[] certain = new double[prior.length];
        List<Object> classes = Labels.of(model);
        switch (model.text("strategy", "prior")) {
            case "prior" -> {
                return prior;
            }
            case "most_frequent" -> certain[Outcome.greatest(prior)] = 1;
            case "constant" -> {
                Object constant = model.get("constant");
                Object label = constant instanceof Boolean truth ? (Object) (truth ? 1L : 0L) : constant;
                int place = classes.indexOf(label);
                if (place < 0) {
                    throw new TranslationRefused(Reason.DAMAGED, "DummyClassifier.constant: " + constant);
                }
                certain[place] = 1;
            }
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE,
                        "DummyClassifier.strategy: " + model.get("strategy")
                                + " (expected: prior, most_frequent, constant: the others are random)");
        }
        return certain;
    }

    private static Prediction dummyClasses(Emission to, PickledObject model, Features x) {
        return Prediction.probable(to.ops, Labels.of(model), constant(to.ops, x, shares(model)));
    }

    private static Prediction leastSquares(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Tensor centred =
                ops.sub(x.numbers(), ops.row(Matrix.of(model, "_x_mean").values()));
        Matrix weights = partialWeights(model);
        double[] bias = Matrix.vector(model, model.has("intercept_") ? "intercept_" : "_y_mean", weights.rows());
        return Prediction.values(ops.affine(centred, weights, bias));
    }

    /** Rows are targets; older versions expect columns that were divided by their deviation, the oldest the transpose. */
    static Matrix partialWeights(PickledObject model) {
        Matrix stored = Matrix.of(model, model.has("_coef_") ? "_coef_" : "coef_");
        double[] deviation = Matrix.of(model, "_x_std").values();
        boolean oldest = !model.has("intercept_");
        Matrix weights = oldest ? stored.transposed() : stored;
        if (oldest || version(model) < 105) {
            double[] divided = weights.values().clone();
            Arrays.setAll(divided, i -> weights.values()[i] / deviation[i % deviation.length]);
            return new Matrix(divided, weights.rows(), weights.columns());
        }
        return weights;
    }

    /** 105 for 1.5. */
    private static int version(PickledObject model) {
        String[] parts = SklearnModel.version(model).split("\\.", -1);
        return parts.length < 2
                ? 999
                : 100 * Integer.parseInt(parts[0]) + Integer.parseInt(parts[1].replaceAll("\\D.*", ""));
    }

    static Features frequencies(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Tensor value = x.numbers();
        if (model.flag("sublinear_tf", false)) {
            Tensor present = ops.compare("Greater", value, ops.scalar(0));
            Tensor logarithm = ops.add(ops.unary("Log", ops.where(present, value, ops.scalar(1))), ops.scalar(1));
            value = ops.where(present, logarithm, value);
        }
        if (model.flag("use_idf", true)) {
            value = ops.mul(value, ops.row(inverseFrequencies(model)));
        }
        return normed(ops, model, value);
    }

    /** Each row divided by its length, as the model's {@code norm} says. */
    static Features normed(Ops ops, PickledObject model, Tensor value) {
        if (!model.has("norm")) {
            return Features.of(ops, value);
        }
        Tensor size = model.text("norm").equals("l1")
                ? ops.sum(ops.unary("Abs", value), 1, true)
                : ops.unary("Sqrt", ops.sum(ops.mul(value, value), 1, true));
        Tensor none = ops.compare("Equal", size, ops.scalar(0));
        return Features.of(ops, ops.div(value, ops.where(none, ops.scalar(1), size)));
    }

    static double[] inverseFrequencies(PickledObject model) {
        if (model.has("idf_")) {
            return Matrix.of(model, "idf_").values();
        }
        return Matrix.of(model.object("_idf_diag").get("data"), "TfidfTransformer._idf_diag")
                .values();
    }

    /** Means of columns that belong together. */
    static Matrix pooling(PickledObject model) {
        boolean mean = model.get("pooling_func") instanceof PickledGlobal function
                && function.fullName().equals("numpy.mean");
        if (!mean) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "FeatureAgglomeration.pooling_func (expected: numpy.mean)");
        }
        int[] groups = model.array("labels_").ints();
        int count = Arrays.stream(groups).max().orElse(0) + 1;
        double[] shares = new double[count * groups.length];
        for (int i = 0; i < groups.length; i++) {
            int group = groups[i];
            shares[group * groups.length + i] =
                    1.0 / Arrays.stream(groups).filter(g -> g == group).count();
        }
        return new Matrix(shares, count, groups.length);
    }

    private static Features agglomerated(Emission to, PickledObject model, Features x) {
        return Features.of(
                to.ops, to.ops.matmul(x.numbers(), to.ops.weights(pooling(model).transposed())));
    }

    private static Prediction transformedTarget(Emission to, PickledObject model, Features x) {
        Tensor values = to.values(model.object("regressor_"), x);
        return Prediction.values(backwards(to.ops, model.object("transformer_"), values));
    }

    /** {@code inverse_transform}. */
    private static Tensor backwards(Ops ops, PickledObject transformer, Tensor y) {
        return switch (transformer.simpleName()) {
            case "Pipeline" -> {
                Tensor value = y;
                for (PickledObject step : Wrappers.steps(transformer).reversed()) {
                    value = backwards(ops, step, value);
                }
                yield value;
            }
            case "FunctionTransformer" ->
                transformer.has("inverse_func")
                        ? ScalerNodes.applied(ops, function(transformer.get("inverse_func")), y)
                        : y;
            case "StandardScaler" ->
                ops.add(
                        ops.mul(y, ops.row(orElse(transformer, "scale_", 1, y))),
                        ops.row(
                                transformer.flag("with_mean", true)
                                        ? orElse(transformer, "mean_", 0, y)
                                        : new double[] {0}));
            case "RobustScaler" ->
                ops.add(
                        ops.mul(y, ops.row(orElse(transformer, "scale_", 1, y))),
                        ops.row(orElse(transformer, "center_", 0, y)));
            case "MaxAbsScaler" -> ops.mul(y, ops.row(orElse(transformer, "scale_", 1, y)));
            case "MinMaxScaler" ->
                ops.div(
                        ops.sub(y, ops.row(orElse(transformer, "min_", 0, y))),
                        ops.row(orElse(transformer, "scale_", 1, y)));
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_OPERATOR,
                        "TransformedTargetRegressor.transformer: " + transformer.className()
                                + " (expected: a scaler, or functions of NumPy)");
        };
    }

    private static double[] orElse(PickledObject scaler, String attribute, double otherwise, Tensor y) {
        return scaler.has(attribute)
                ? Matrix.of(scaler, attribute).values()
                : IntStream.range(0, (int) y.size(1).value())
                        .mapToDouble(i -> otherwise)
                        .toArray();
    }

    static String function(@Nullable Object function) {
        if (function instanceof PickledGlobal global && global.module().equals("numpy")) {
            return global.name();
        }
        throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "a function of one's own (expected: one of NumPy)");
    }
}
