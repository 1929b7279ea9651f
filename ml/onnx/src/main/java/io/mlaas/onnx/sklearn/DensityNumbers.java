package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Naive Bayes, mixtures and quadratic discriminants in 64-bit floats: logarithms of densities, term by term. */
final class DensityNumbers {
    private DensityNumbers() {}

    private interface Joint {
        double of(PickledObject model, double[] x, int c);
    }

    static void register(Map<String, Evaluation.Predictor> predictors) {
        Map.<String, Joint>of(
                        "GaussianNB", DensityNumbers::gaussian,
                        "MultinomialNB", DensityNumbers::multinomial,
                        "ComplementNB", DensityNumbers::complement,
                        "BernoulliNB", DensityNumbers::bernoulli,
                        "CategoricalNB", DensityNumbers::categorical)
                .forEach((name, joint) -> predictors.put(name, (m, x) -> {
                    List<Object> classes = Labels.of(m);
                    double[][] logs = joints(m, x, classes.size(), joint);
                    return indexed(classes, logs, Evaluation.eachRow(logs, Evaluation::softmax), new double[0][]);
                }));
        for (String name : List.of("GaussianMixture", "BayesianGaussianMixture")) {
            predictors.put(name, (m, x) -> {
                double[] weights = name.startsWith("Bayesian")
                        ? Digamma.offsets(m)
                        : Arrays.stream(m.array("weights_").doubles())
                                .map(Math::log)
                                .toArray();
                double[][] logs =
                        joints(m, x, weights.length, (model, row, k) -> component(model, row, k) + weights[k]);
                return indexed(List.of(), logs, Evaluation.eachRow(logs, Evaluation::softmax), new double[0][]);
            });
        }
        predictors.put("QuadraticDiscriminantAnalysis", (m, x) -> {
            List<Object> classes = Labels.of(m);
            double[][] logs = joints(m, x, classes.size(), DensityNumbers::quadratic);
            double[][] scores = classes.size() == 2 ? Evaluation.eachRow(logs, l -> new double[] {l[1] - l[0]}) : logs;
            return Outcome.decided(classes, scores, Evaluation.eachRow(logs, Evaluation::softmax));
        });
    }

    private static Outcome indexed(List<Object> classes, double[][] logs, double[][] probabilities, double[][] none) {
        return new Outcome(classes, Outcome.probable(classes, logs).index(), probabilities, none, none);
    }

    private static double[][] joints(PickledObject model, double[][] x, int count, Joint joint) {
        return Evaluation.eachRow(x, row -> {
            double[] logs = new double[count];
            for (int c = 0; c < count; c++) {
                logs[c] = joint.of(model, row, c);
            }
            return logs;
        });
    }

    private static double gaussian(PickledObject model, double[] x, int c) {
        double[] mean = Matrix.of(model, "theta_").row(c);
        double[] variance =
                Matrix.of(model, model.has("sigma_") ? "sigma_" : "var_").row(c);
        double log = Math.log(model.array("class_prior_").doubles()[c]);
        for (int i = 0; i < x.length; i++) {
            log -= 0.5 * Math.log(2 * Math.PI * variance[i]) + (x[i] - mean[i]) * (x[i] - mean[i]) / (2 * variance[i]);
        }
        return log;
    }

    private static double multinomial(PickledObject model, double[] x, int c) {
        return model.array("class_log_prior_").doubles()[c]
                + Evaluation.dot(x, Matrix.of(model, "feature_log_prob_").row(c));
    }

    private static double complement(PickledObject model, double[] x, int c) {
        Matrix weights = Matrix.of(model, "feature_log_prob_");
        double alone = weights.rows() == 1 ? model.array("class_log_prior_").doubles()[c] : 0;
        return alone + Evaluation.dot(x, weights.row(c));
    }

    private static double bernoulli(PickledObject model, double[] x, int c) {
        double log = model.array("class_log_prior_").doubles()[c];
        double[] present = Matrix.of(model, "feature_log_prob_").row(c);
        for (int i = 0; i < x.length; i++) {
            double value = model.has("binarize") ? (x[i] > model.number("binarize") ? 1 : 0) : x[i];
            log += value * present[i] + (1 - value) * Math.log1p(-Math.exp(present[i]));
        }
        return log;
    }

    private static double categorical(PickledObject model, double[] x, int c) {
        double log = model.array("class_log_prior_").doubles()[c];
        List<Matrix> tables = Matrix.list(model, "feature_log_prob_");
        for (int i = 0; i < x.length; i++) {
            Matrix table = tables.get(i);
            log += table.at(c, (int) Math.clamp(x[i], 0.0, table.columns() - 1.0));
        }
        return log;
    }

    private static double component(PickledObject model, double[] x, int k) {
        double[] mean = Matrix.of(model, "means_").row(k);
        double[] cholesky = model.array("precisions_cholesky_").doubles();
        String kind = model.text("covariance_type");
        int n = x.length;
        double log = -0.5 * n * Math.log(2 * Math.PI);
        for (int j = 0; j < n; j++) {
            double z = 0;
            double diagonal;
            switch (kind) {
                case "spherical" -> diagonal = cholesky[k];
                case "diag" -> diagonal = cholesky[k * n + j];
                default -> {
                    int start = kind.equals("tied") ? 0 : k * n * n;
                    diagonal = cholesky[start + j * n + j];
                    for (int i = 0; i < n; i++) {
                        z += i == j ? 0 : (x[i] - mean[i]) * cholesky[start + i * n + j];
                    }
                }
            }
            z += (x[j] - mean[j]) * diagonal;
            log += Math.log(diagonal) - 0.5 * z * z;
        }
        return log;
    }

    private static double quadratic(PickledObject model, double[] x, int c) {
        double[] mean = Matrix.of(model, "means_").row(c);
        Matrix rotation = Matrix.list(model, "rotations_").get(c);
        double[] scale = Matrix.list(model, "scalings_").get(c).values();
        double log = Math.log(model.array("priors_").doubles()[c]);
        for (int j = 0; j < scale.length; j++) {
            double z = 0;
            for (int i = 0; i < x.length; i++) {
                z += (x[i] - mean[i]) * rotation.at(i, j);
            }
            log -= 0.5 * (z * z / scale[j] + Math.log(scale[j]));
        }
        return log;
    }
}
