package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Gaussian mixtures, and quadratic discriminant analysis. */
final class MixtureNodes {
    private MixtureNodes() {}

    static void register(Map<String, Emission.Predictor> predictors) {
        predictors.put("GaussianMixture", MixtureNodes::mixture);
        predictors.put("BayesianGaussianMixture", MixtureNodes::mixture);
        predictors.put("QuadraticDiscriminantAnalysis", MixtureNodes::quadratic);
    }

    private static Prediction mixture(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Matrix means = Matrix.of(model, "means_");
        NdArray cholesky = model.array("precisions_cholesky_");
        double[] factors = cholesky.doubles();
        double[] weights = model.simpleName().startsWith("Bayesian")
                ? Digamma.offsets(model)
                : Arrays.stream(Matrix.of(model, "weights_").values())
                        .map(Math::log)
                        .toArray();
        int n = means.columns();
        List<Tensor> columns = new ArrayList<>();
        Tensor input = x.numbers();
        for (int k = 0; k < means.rows(); k++) {
            Tensor centred = ops.sub(input, ops.row(means.row(k)));
            double logDeterminant = 0;
            Tensor scaled;
            switch (model.text("covariance_type")) {
                case "full", "tied" -> {
                    int from = model.text("covariance_type").equals("tied") ? 0 : k * n * n;
                    double[] own = Arrays.copyOfRange(factors, from, from + n * n);
                    for (int i = 0; i < n; i++) {
                        logDeterminant += Math.log(own[i * n + i]);
                    }
                    scaled = ops.matmul(centred, ops.weights(own, n, n));
                }
                case "diag" -> {
                    double[] own = Arrays.copyOfRange(factors, k * n, k * n + n);
                    for (double factor : own) {
                        logDeterminant += Math.log(factor);
                    }
                    scaled = ops.mul(centred, ops.row(own));
                }
                default -> {
                    logDeterminant = n * Math.log(factors[k]);
                    scaled = ops.mul(centred, ops.scalar(factors[k]));
                }
            }
            double constant = weights[k] + logDeterminant - 0.5 * n * Math.log(2 * Math.PI);
            columns.add(column(ops, scaled, constant));
        }
        Tensor joint = ops.concat(columns);
        return new Prediction(List.of(), ops.argMax(joint), ops.softmax(joint), null, null);
    }

    /** {@code constant - |z|² / 2}. */
    private static Tensor column(Ops ops, Tensor z, double constant) {
        return ops.sub(ops.scalar(constant), ops.mul(ops.sum(ops.mul(z, z), 1, true), ops.scalar(0.5)));
    }

    private static Prediction quadratic(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Matrix means = Matrix.of(model, "means_");
        List<Matrix> rotations = Matrix.list(model, "rotations_");
        List<Matrix> scalings = Matrix.list(model, "scalings_");
        double[] priors = Matrix.of(model, "priors_").values();
        Tensor input = x.numbers();
        List<Tensor> columns = new ArrayList<>();
        for (int k = 0; k < means.rows(); k++) {
            Matrix rotation = rotations.get(k);
            double[] scale = scalings.get(k).values();
            double[] scaled = rotation.values().clone();
            double constant = Math.log(priors[k]);
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] /= Math.sqrt(scale[i % scale.length]);
            }
            for (double s : scale) {
                constant -= 0.5 * Math.log(s);
            }
            Tensor z = ops.matmul(
                    ops.sub(input, ops.row(means.row(k))), ops.weights(scaled, rotation.rows(), rotation.columns()));
            columns.add(column(ops, z, constant));
        }
        Tensor joint = ops.concat(columns);
        List<Object> classes = Labels.of(model);
        Tensor scores = classes.size() == 2 ? ops.sub(ops.columns(joint, 1), ops.columns(joint, 0)) : joint;
        return Prediction.decided(ops, classes, scores, ops.softmax(joint));
    }
}
