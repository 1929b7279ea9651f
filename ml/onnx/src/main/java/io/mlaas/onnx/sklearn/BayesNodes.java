package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;
import java.util.Map;

/** Naive Bayes. */
final class BayesNodes {
    private BayesNodes() {}

    private interface Likelihood {
        /** Logarithms of joint probabilities, (rows, classes). */
        Tensor emit(Ops ops, PickledObject model, Tensor x);
    }

    static void register(Map<String, Emission.Predictor> predictors) {
        Map.<String, Likelihood>of(
                        "GaussianNB", BayesNodes::gaussian,
                        "MultinomialNB", BayesNodes::multinomial,
                        "ComplementNB", BayesNodes::complement,
                        "BernoulliNB", BayesNodes::bernoulli,
                        "CategoricalNB", BayesNodes::categorical)
                .forEach((name, likelihood) -> predictors.put(name, (to, model, x) -> {
                    Tensor joint = likelihood.emit(to.ops, model, x.numbers());
                    Prediction probable = Prediction.probable(to.ops, Labels.of(model), to.ops.softmax(joint));
                    return new Prediction(
                            probable.classes(), to.ops.argMax(joint), probable.probabilities(), null, null);
                }));
    }

    private static Tensor gaussian(Ops ops, PickledObject model, Tensor x) {
        Matrix mean = Matrix.of(model, "theta_");
        Matrix variance = Matrix.of(model, model.has("var_") ? "var_" : "sigma_");
        double[] prior = Matrix.of(model, "class_prior_").values();
        double[] constant = new double[mean.rows()];
        double[] factor = new double[variance.values().length];
        for (int i = 0; i < factor.length; i++) {
            factor[i] = 1 / Math.sqrt(2 * variance.values()[i]);
            constant[i / mean.columns()] -= 0.5 * Math.log(2 * Math.PI * variance.values()[i]);
        }
        for (int c = 0; c < constant.length; c++) {
            constant[c] += Math.log(prior[c]);
        }
        Tensor standard =
                ops.mul(ops.sub(ops.apart(x), ops.weights(mean)), ops.weights(factor, mean.rows(), mean.columns()));
        return ops.sub(ops.row(constant), ops.sum(ops.mul(standard, standard), 2, false));
    }

    private static Tensor multinomial(Ops ops, PickledObject model, Tensor x) {
        return ops.affine(
                x,
                Matrix.of(model, "feature_log_prob_"),
                Matrix.of(model, "class_log_prior_").values());
    }

    private static Tensor complement(Ops ops, PickledObject model, Tensor x) {
        Matrix weights = Matrix.of(model, "feature_log_prob_");
        return weights.rows() == 1 ? multinomial(ops, model, x) : ops.matmul(x, ops.weights(weights.transposed()));
    }

    private static Tensor bernoulli(Ops ops, PickledObject model, Tensor x) {
        Tensor present = model.has("binarize")
                ? ops.asNumber(ops.compare("Greater", x, ops.scalar(model.number("binarize"))))
                : x;
        Matrix weights = Matrix.of(model, "feature_log_prob_");
        double[] difference = new double[weights.values().length];
        double[] constant = Matrix.of(model, "class_log_prior_").values().clone();
        for (int i = 0; i < difference.length; i++) {
            double absent = Math.log(1 - Math.exp(weights.values()[i]));
            difference[i] = weights.values()[i] - absent;
            constant[i / weights.columns()] += absent;
        }
        return ops.affine(present, new Matrix(difference, weights.rows(), weights.columns()), constant);
    }

    private static Tensor categorical(Ops ops, PickledObject model, Tensor x) {
        List<Matrix> tables = Matrix.list(model, "feature_log_prob_");
        Tensor joint = ops.row(Matrix.of(model, "class_log_prior_").values());
        for (int feature = 0; feature < tables.size(); feature++) {
            Matrix table = tables.get(feature);
            if (table.columns() == 0) {
                throw new TranslationRefused(Reason.DAMAGED, "CategoricalNB with a feature without categories");
            }
            Tensor value = ops.columns(x, feature);
            Tensor within = ops.binary("Max", ops.binary("Min", value, ops.scalar(table.columns() - 1)), ops.scalar(0));
            Tensor index = ops.graph.reshape(
                    ops.graph.cast(within, ElementType.INT64), within.shape().without(1));
            joint = ops.add(joint, ops.lookUp(ops.weights(table.transposed()), index));
        }
        return joint;
    }
}
