package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Linear models. */
final class LinearNodes {
    static final List<String> REGRESSORS = List.of(
            "LinearRegression",
            "Ridge",
            "RidgeCV",
            "Lasso",
            "LassoCV",
            "LassoLars",
            "LassoLarsCV",
            "LassoLarsIC",
            "Lars",
            "LarsCV",
            "ElasticNet",
            "ElasticNetCV",
            "MultiTaskLasso",
            "MultiTaskLassoCV",
            "MultiTaskElasticNet",
            "MultiTaskElasticNetCV",
            "SGDRegressor",
            "HuberRegressor",
            "TheilSenRegressor",
            "BayesianRidge",
            "ARDRegression",
            "PassiveAggressiveRegressor",
            "LinearSVR",
            "QuantileRegressor",
            "OrthogonalMatchingPursuit",
            "OrthogonalMatchingPursuitCV");
    static final List<String> EXPONENTIAL = List.of("PoissonRegressor", "GammaRegressor");
    static final List<String> DECIDING =
            List.of("Perceptron", "PassiveAggressiveClassifier", "RidgeClassifier", "RidgeClassifierCV", "LinearSVC");

    private LinearNodes() {}

    static void register(Map<String, Emission.Predictor> predictors) {
        REGRESSORS.forEach(name -> predictors.put(name, LinearNodes::regression));
        EXPONENTIAL.forEach(name -> predictors.put(
                name, (to, m, x) -> Prediction.values(to.ops.unary("Exp", scores(to.ops, m, x.numbers())))));
        DECIDING.forEach(name -> predictors.put(name, (to, m, x) -> classification(to.ops, m, x, null)));
        predictors.put("TweedieRegressor", LinearNodes::tweedie);
        predictors.put("LogisticRegression", LinearNodes::logistic);
        predictors.put("LogisticRegressionCV", LinearNodes::logistic);
        predictors.put("SGDClassifier", LinearNodes::stochastic);
        predictors.put("LinearDiscriminantAnalysis", LinearNodes::discriminant);
    }

    private static Prediction regression(Emission to, PickledObject model, Features x) {
        return Prediction.values(scores(to.ops, model, x.numbers()));
    }

    private static Prediction tweedie(Emission to, PickledObject model, Features x) {
        Tensor linear = scores(to.ops, model, x.numbers());
        boolean log = model.text("link", "auto").equals("log")
                || (model.text("link", "auto").equals("auto") && model.number("power") > 0);
        return Prediction.values(log ? to.ops.unary("Exp", linear) : linear);
    }

    static Tensor scores(Ops ops, PickledObject model, Tensor x) {
        Matrix weights = Matrix.of(model, "coef_");
        return ops.affine(x, weights, Matrix.vector(model, "intercept_", weights.rows()));
    }

    private static Prediction classification(Ops ops, PickledObject model, Features x, @Nullable Tensor probabilities) {
        return Prediction.decided(ops, Labels.of(model), scores(ops, model, x.numbers()), probabilities);
    }

    private static Prediction logistic(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Tensor scores = scores(ops, model, x.numbers());
        String mode = model.text("multi_class", "auto");
        boolean automatic = mode.equals("auto") || mode.equals("deprecated");
        boolean each = mode.equals("ovr")
                || (automatic
                        && (scores.size(1).is(1)
                                || model.text("solver", "lbfgs").equals("liblinear")));
        Tensor probabilities = each
                ? oneVersusRest(ops, scores)
                : ops.softmax(scores.size(1).is(1) ? ops.concat(List.of(ops.unary("Neg", scores), scores)) : scores);
        return Prediction.decided(ops, Labels.of(model), scores, probabilities);
    }

    static Tensor oneVersusRest(Ops ops, Tensor scores) {
        if (scores.size(1).is(1)) {
            return ops.complement(ops.sigmoid(scores));
        }
        // shares of logistic values, by their logarithms: all of them may be too small for 32 bits
        Tensor tail = ops.unary("Exp", ops.unary("Neg", ops.unary("Abs", scores)));
        Tensor logarithms =
                ops.sub(ops.binary("Min", scores, ops.scalar(0)), ops.unary("Log", ops.add(tail, ops.scalar(1))));
        return ops.softmax(logarithms);
    }

    private static Prediction stochastic(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Tensor scores = scores(ops, model, x.numbers());
        Tensor probabilities =
                switch (model.text("loss")) {
                    case "log_loss", "log" -> oneVersusRest(ops, scores);
                    case "modified_huber" -> huber(ops, scores);
                    default -> null;
                };
        return Prediction.decided(ops, Labels.of(model), scores, probabilities);
    }

    private static Tensor huber(Ops ops, Tensor scores) {
        Tensor within = ops.binary("Max", ops.binary("Min", scores, ops.scalar(1)), ops.scalar(-1));
        Tensor each = ops.div(ops.add(within, ops.scalar(1)), ops.scalar(2));
        if (scores.size(1).is(1)) {
            return ops.complement(each);
        }
        Tensor sum = ops.sum(each, 1, true);
        Tensor none = ops.compare("Equal", sum, ops.scalar(0));
        double uniform = 1.0 / scores.size(1).value();
        return ops.where(none, ops.scalar(uniform), ops.div(each, ops.where(none, ops.scalar(1), sum)));
    }

    private static Prediction discriminant(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Tensor scores = scores(ops, model, x.numbers());
        Tensor probabilities = scores.size(1).is(1) ? ops.complement(ops.sigmoid(scores)) : ops.softmax(scores);
        return Prediction.decided(ops, Labels.of(model), scores, probabilities);
    }
}
