package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Shares of non-negative components, found by coordinate descent as scikit-learn does: Cichocki and Phan, Fast Local
 * Algorithms for Large Scale Nonnegative Matrix and Tensor Factorizations, 2009. All rows stop together.
 */
final class FactorNodes {
    private static final int MOST_ROUNDS = 100_000;

    private FactorNodes() {}

    static void register(Map<String, Emission.Transformer> transformers) {
        transformers.put(
                "NMF",
                (to, model, x) ->
                        isMultiplied(model) ? multiplied(to, Updates.of(model, false), x) : factors(to, model, x));
        transformers.put("MiniBatchNMF", (to, model, x) -> multiplied(to, Updates.of(model, true), x));
    }

    /**
     * What is solved for each row: the least {@code ½ |x - wH|²} and its penalties, over {@code w >= 0}.
     *
     * @param components {@code H}
     * @param curvature {@code HHᵀ}, with the quadratic penalty on its diagonal
     * @param penalty of each share
     */
    record Problem(Matrix components, Matrix curvature, double penalty, double tolerance, int rounds) {
        static Problem of(PickledObject model) {
            require(model.text("solver", "cd").equals("cd"), "solver: " + model.get("solver"), "cd");
            require(!model.flag("shuffle", false), "shuffle: True", "False");
            boolean older = model.has("alpha") && !"deprecated".equals(model.get("alpha"));
            require(!older || model.number("alpha") == 0, "alpha: " + model.get("alpha"), "alpha_W");
            require(model.number("max_iter") <= MOST_ROUNDS, "max_iter: " + model.get("max_iter"), "<= " + MOST_ROUNDS);
            Matrix components = Matrix.of(model, "components_");
            double strength = components.columns() * model.number("alpha_W", 0);
            double linear = model.number("l1_ratio", 0);
            return new Problem(
                    components,
                    UpdateNodes.curvature(components, strength * (1 - linear)),
                    strength * linear,
                    model.number("tol", 1e-4),
                    model.integer("max_iter"));
        }

        private static void require(boolean fits, String found, String expected) {
            if (!fits) {
                throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "NMF." + found + " (expected: " + expected + ")");
            }
        }
    }

    static boolean isMultiplied(PickledObject model) {
        return model.text("solver", "cd").equals("mu");
    }

    private static Features multiplied(Emission to, Updates updates, Features x) {
        to.warnings.add(
                "NMF repeats its steps until all rows of a batch are near enough, as scikit-learn does, and begins"
                        + " at a number that is that of the batch: a row's answer depends on the rows beside it; numbers below 0,"
                        + " which no part of it is for, are taken as 0");
        Ops ops = new Ops(to.ops.graph, ElementType.FLOAT64);
        return Features.of(to.ops, to.ops.asNumber(UpdateNodes.shares(updates, ops, ops.asNumber(x.numbers()))));
    }

    private static Features factors(Emission to, PickledObject model, Features x) {
        Problem problem = Problem.of(model);
        to.warnings.add(
                "NMF repeats its steps until all rows of a batch are near enough, as scikit-learn does: the last"
                        + " digits of a row depend on the rows beside it");
        Ops ops = new Ops(to.ops.graph, ElementType.FLOAT64);
        Tensor products = ops.matmul(ops.asNumber(x.numbers()), ops.weights(problem.components.transposed()));
        Tensor towards = ops.sub(products, ops.scalar(problem.penalty));
        Tensor none = ops.mul(towards, ops.scalar(0));
        List<Tensor> first = round(ops, problem, towards, none);
        Tensor goal = ops.mul(first.get(1), ops.scalar(problem.tolerance));
        Tensor shares = problem.rounds > 1 ? repeated(ops, problem, towards, first, goal) : first.getFirst();
        return Features.of(to.ops, to.ops.asNumber(shares));
    }

    /** The shares after one round, and by how much they were wrong before. */
    private static List<Tensor> round(Ops ops, Problem problem, Tensor towards, Tensor shares) {
        int n = problem.components.rows();
        List<Tensor> columns = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            columns.add(ops.columns(shares, i));
        }
        Tensor wrong = ops.scalar(0);
        for (int i = 0; i < n; i++) {
            double own = problem.curvature.at(i, i);
            Tensor pull = ops.matmul(ops.concat(columns), ops.weights(problem.curvature.row(i), n, 1));
            Tensor gradient = ops.sub(pull, ops.columns(towards, i));
            Tensor atZero = ops.compare("Equal", columns.get(i), ops.scalar(0));
            Tensor projected = ops.where(atZero, ops.binary("Min", gradient, ops.scalar(0)), gradient);
            wrong = ops.add(wrong, total(ops, projected));
            if (own != 0) {
                Tensor moved = ops.sub(columns.get(i), ops.div(gradient, ops.scalar(own)));
                columns.set(i, ops.binary("Max", moved, ops.scalar(0)));
            }
        }
        return List.of(ops.concat(columns), wrong);
    }

    private static Tensor total(Ops ops, Tensor column) {
        return ops.graph.node(
                "ReduceSum",
                ops.type,
                Shape.of(),
                List.of(ops.unary("Abs", column), ops.graph.constant(0, 1)),
                Attribute.of("keepdims", 0));
    }

    private static Tensor repeated(Ops ops, Problem problem, Tensor towards, List<Tensor> first, Tensor goal) {
        OnnxGraph graph = ops.graph;
        Shape shape = first.getFirst().shape();
        graph.begin();
        Tensor turn = graph.parameter("turn", ElementType.INT64, Shape.of());
        Tensor going = graph.parameter("going", ElementType.BOOL, Shape.of());
        Tensor before = graph.parameter("shares", ops.type, shape);
        List<Tensor> after = round(ops, problem, towards, before);
        Tensor further = ops.compare("Greater", after.get(1), goal);
        Attribute body = graph.end("body", List.of(turn, going, before), List.of(further, after.getFirst()));
        Tensor start = ops.compare("Greater", first.get(1), goal);
        return graph.nodes(
                        "Loop",
                        List.of(new Tensor("", ops.type, shape)),
                        List.of(graph.index(problem.rounds - 1L), start, first.getFirst()),
                        body)
                .getFirst();
    }
}
