package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/** Support vector machines, by libsvm's formulas (Chang and Lin 2011). */
final class KernelNodes {
    private KernelNodes() {}

    static void register(Map<String, Emission.Predictor> predictors) {
        predictors.put("SVC", KernelNodes::classification);
        predictors.put("NuSVC", KernelNodes::classification);
        predictors.put("SVR", KernelNodes::regression);
        predictors.put("NuSVR", KernelNodes::regression);
        predictors.put("OneClassSVM", KernelNodes::outliers);
    }

    private static Tensor kernel(Ops ops, PickledObject machine, Tensor x) {
        Matrix vectors = Matrix.of(machine, "support_vectors_");
        String kernel = machine.get("kernel") instanceof String name ? name : "of one's own";
        if (kernel.equals("rbf")) {
            Tensor distances = ops.squaredDistances(x, vectors);
            return ops.unary("Exp", ops.mul(distances, ops.scalar(-machine.number("_gamma"))));
        }
        if (kernel.equals("linear")) {
            return ops.matmul(x, ops.weights(vectors.transposed()));
        }
        // a factor behind the product would be fused into it, rounded to 32 bits
        Tensor products = ops.matmul(x, ops.weights(vectors.transposed().times(machine.number("_gamma"))));
        Tensor inner = ops.add(products, ops.scalar(machine.number("coef0")));
        return switch (kernel) {
            case "poly" -> power(ops, inner, machine.number("degree"));
            case "sigmoid" -> ops.unary("Tanh", inner);
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE,
                        machine.simpleName() + " with the kernel " + kernel
                                + " (expected: linear, poly, rbf, sigmoid)");
        };
    }

    private static Tensor power(Ops ops, Tensor base, double degree) {
        if (degree != (int) degree || degree < 1 || degree > 16) {
            return ops.binary("Pow", base, ops.scalar(degree));
        }
        Tensor result = base;
        for (int i = 1; i < (int) degree; i++) {
            result = ops.mul(result, base);
        }
        return result;
    }

    private static Tensor single(Ops ops, PickledObject machine, Features x) {
        Matrix dual = Matrix.of(machine, "_dual_coef_");
        return ops.affine(
                kernel(ops, machine, x.numbers()),
                dual,
                Matrix.of(machine, "_intercept_").values());
    }

    private static Prediction regression(Emission to, PickledObject machine, Features x) {
        return Prediction.values(single(to.ops, machine, x));
    }

    private static Prediction outliers(Emission to, PickledObject machine, Features x) {
        Ops ops = to.ops;
        Tensor scores = single(ops, machine, x);
        return outliers(ops, "Greater", scores);
    }

    /** 1 where the comparison with 0 holds, -1 for outliers. */
    static Prediction outliers(Ops ops, String comparison, Tensor scores) {
        Tensor inside = ops.compare(comparison, scores, ops.scalar(0));
        Tensor sign = ops.graph.node(
                "Where", ElementType.INT64, inside.shape(), List.of(inside, ops.graph.index(1), ops.graph.index(-1)));
        return Prediction.clusters(sign, scores);
    }

    private static Prediction classification(Emission to, PickledObject machine, Features x) {
        Ops ops = to.ops;
        List<Object> classes = Labels.of(machine);
        int n = classes.size();
        Matrix dual = Matrix.of(machine, "_dual_coef_");
        int[] support = machine.array("_n_support").ints();
        double[] intercepts = Matrix.vector(machine, "_intercept_", n * (n - 1) / 2);
        int[] starts = new int[n + 1];
        for (int i = 0; i < n; i++) {
            starts[i + 1] = starts[i] + support[i];
        }
        Matrix pairs = new Matrix(new double[n * (n - 1) / 2 * dual.columns()], n * (n - 1) / 2, dual.columns());
        int pair = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++, pair++) {
                for (int v = starts[i]; v < starts[i + 1]; v++) {
                    pairs.values()[pair * dual.columns() + v] = dual.at(j - 1, v);
                }
                for (int v = starts[j]; v < starts[j + 1]; v++) {
                    pairs.values()[pair * dual.columns() + v] = dual.at(i, v);
                }
            }
        }
        Tensor input = x.numbers();
        Tensor decisions = ops.affine(kernel(ops, machine, input), pairs, intercepts);
        Tensor scores;
        Tensor index;
        if (n == 2) {
            scores = ops.unary("Neg", decisions);
            index = Prediction.decided(ops, classes, scores, null).index();
        } else {
            Tensor firstLoses = ops.compare("Less", decisions, ops.scalar(0));
            scores = oneVersusOne(ops, ops.asNumber(firstLoses), ops.unary("Neg", decisions), n);
            // libsvm's own vote gives a pair without decision to its second class
            Tensor votes = votes(
                    ops,
                    ops.asNumber(ops.graph.node(
                            "Not",
                            ElementType.BOOL,
                            decisions.shape(),
                            List.of(ops.compare("Greater", decisions, ops.scalar(0))))),
                    n);
            boolean byScore = machine.flag("break_ties", false)
                    && machine.text("decision_function_shape", "ovr").equals("ovr");
            index = ops.argMax(byScore ? scores : votes);
        }
        Tensor probabilities = machine.has("_probA") && machine.array("_probA").size() > 0
                ? probabilities(ops, machine, input, classes, support)
                : null;
        return new Prediction(classes, index, probabilities, scores, null);
    }

    /** Votes of pairs; the columns of {@code second} are 1 where the second class of a pair wins. */
    private static Tensor votes(Ops ops, Tensor second, int classes) {
        int pairs = classes * (classes - 1) / 2;
        double[] gain = new double[pairs * classes];
        double[] base = new double[classes];
        int pair = 0;
        for (int i = 0; i < classes; i++) {
            for (int j = i + 1; j < classes; j++, pair++) {
                base[i]++;
                gain[pair * classes + i] = -1;
                gain[pair * classes + j] = 1;
            }
        }
        return ops.add(ops.matmul(second, ops.weights(gain, pairs, classes)), ops.row(base));
    }

    /** scikit-learn's {@code _ovr_decision_function}. */
    static Tensor oneVersusOne(Ops ops, Tensor second, Tensor confidences, int classes) {
        int pairs = classes * (classes - 1) / 2;
        double[] sign = new double[pairs * classes];
        int pair = 0;
        for (int i = 0; i < classes; i++) {
            for (int j = i + 1; j < classes; j++, pair++) {
                sign[pair * classes + i] = -1;
                sign[pair * classes + j] = 1;
            }
        }
        Tensor sums = ops.matmul(confidences, ops.weights(sign, pairs, classes));
        Tensor size = ops.mul(ops.add(ops.unary("Abs", sums), ops.scalar(1)), ops.scalar(3));
        return ops.add(votes(ops, second, classes), ops.div(sums, size));
    }

    /** Coupled probabilities of pairs, an iteration of libsvm that ONNX has within one operator. */
    private static Tensor probabilities(
            Ops ops, PickledObject machine, Tensor x, List<Object> classes, int... support) {
        Matrix vectors = Matrix.of(machine, "support_vectors_");
        String kernel = machine.text("kernel").toUpperCase(Locale.ROOT);
        List<Attribute> attributes = new ArrayList<>(List.of(
                Attribute.of(
                        "classlabels_ints", LongStream.range(0, classes.size()).toArray()),
                Attribute.of("kernel_type", kernel),
                Attribute.ofFloats(
                        "kernel_params", machine.number("_gamma"), machine.number("coef0"), machine.number("degree")),
                Attribute.of(
                        "vectors_per_class",
                        Arrays.stream(support).asLongStream().toArray()),
                Attribute.ofFloats("support_vectors", vectors.values()),
                Attribute.ofFloats(
                        "coefficients", Matrix.of(machine, "_dual_coef_").values()),
                Attribute.ofFloats("rho", Matrix.of(machine, "_intercept_").values()),
                Attribute.ofFloats("prob_a", Matrix.of(machine, "_probA").values()),
                Attribute.ofFloats("prob_b", Matrix.of(machine, "_probB").values()),
                Attribute.of("post_transform", "NONE")));
        Shape rows = x.shape();
        List<Tensor> outputs = ops.graph.mlNodes(
                "SVMClassifier",
                List.of(
                        new Tensor("", ElementType.INT64, rows.without(1)),
                        new Tensor("", ElementType.FLOAT32, rows.with(1, Dim.of(classes.size())))),
                List.of(ops.graph.cast(x, ElementType.FLOAT32)),
                attributes.toArray(Attribute[]::new));
        return ops.asNumber(outputs.get(1));
    }
}
