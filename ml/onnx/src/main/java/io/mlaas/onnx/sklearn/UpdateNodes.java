package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.List;

/** The nodes of {@link Updates}, in 64-bit floats: when the rounds end depends on small differences. */
final class UpdateNodes {
    private final Updates updates;
    private final Ops ops;
    private final Tensor x;
    private final Tensor products;
    private final Tensor sums;

    private UpdateNodes(Updates updates, Ops ops, Tensor given) {
        this.updates = updates;
        this.ops = ops;
        this.x = ops.binary("Max", given, ops.scalar(0));
        this.products = ops.matmul(x, ops.weights(updates.components().transposed()));
        this.sums = ops.row(sums(updates.components()));
    }

    /** The sum of each component. */
    static double[] sums(Matrix components) {
        double[] sums = new double[components.rows()];
        for (int i = 0; i < sums.length; i++) {
            for (double value : components.row(i)) {
                sums[i] += value;
            }
        }
        return sums;
    }

    /** {@code HHᵀ}, with a penalty on its diagonal. */
    static Matrix curvature(Matrix components, double penalty) {
        int n = components.rows();
        double[] curvature = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                curvature[i * n + j] = Evaluation.dot(components.row(i), components.row(j));
            }
            curvature[i * n + i] += penalty;
        }
        return new Matrix(curvature, n, n);
    }

    static Tensor shares(Updates updates, Ops ops, Tensor x) {
        return new UpdateNodes(updates, ops, x).repeated();
    }

    private Tensor repeated() {
        OnnxGraph graph = ops.graph;
        Tensor start = start();
        Tensor error = updates.bySteps() ? start : error(start);
        Shape shape = start.shape();
        graph.begin();
        Tensor turn = graph.parameter("turn", ElementType.INT64, Shape.of());
        Tensor going = graph.parameter("going", ElementType.BOOL, Shape.of());
        Tensor before = graph.parameter("shares", ops.type, shape);
        Tensor last = graph.parameter("error", ops.type, error.shape());
        Tensor after = round(before, penalty(turn));
        Tensor now = updates.bySteps() ? after : error(after);
        Tensor looked = updates.bySteps() ? graph.scalar(ElementType.BOOL, 1) : isLookedAt(turn);
        Tensor still = updates.bySteps() ? isSame(before, after) : ops.div(ops.sub(last, now), error);
        Tensor kept = ops.where(looked, now, last);
        List<Tensor> results = List.of(further(looked, still), after, kept);
        Attribute body = graph.end("body", List.of(turn, going, before, last), results);
        return graph.nodes(
                        "Loop",
                        List.of(new Tensor("", ops.type, shape), new Tensor("", ops.type, error.shape())),
                        List.of(graph.index(updates.rounds()), graph.scalar(ElementType.BOOL, 1), start, error),
                        body)
                .getFirst();
    }

    /** The root of the mean, shared out, for every row. */
    private Tensor start() {
        Tensor count = ops.graph.cast(ops.graph.size(x.shape().elements()), ops.type);
        Tensor mean = ops.div(total(x), count);
        Tensor share =
                ops.unary("Sqrt", ops.div(mean, ops.scalar(updates.components().rows())));
        return ops.add(ops.mul(products, ops.scalar(0)), share);
    }

    private Tensor rebuilt(Tensor shares) {
        return ops.matmul(shares, ops.weights(updates.components()));
    }

    private Tensor round(Tensor shares, Tensor penalty) {
        Tensor wanted = products;
        Tensor there = sums;
        if (updates.divergence()) {
            Tensor safe = ops.binary("Max", rebuilt(shares), ops.scalar(Updates.LEAST));
            wanted = ops.matmul(
                    ops.div(x, safe), ops.weights(updates.components().transposed()));
        } else {
            there = ops.matmul(shares, ops.weights(curvature(updates.components(), 0)));
        }
        Tensor penalized = ops.add(there, penalty);
        Tensor all = ops.add(penalized, ops.mul(shares, ops.scalar(updates.quadratic())));
        Tensor isZero = ops.compare("Equal", all, ops.scalar(0));
        return ops.mul(shares, ops.div(wanted, ops.where(isZero, ops.scalar(Updates.LEAST), all)));
    }

    /** How far the shares of the components are from the rows. */
    private Tensor error(Tensor shares) {
        Tensor rebuilt = rebuilt(shares);
        if (!updates.divergence()) {
            Tensor difference = ops.sub(x, rebuilt);
            return ops.unary("Sqrt", total(ops.mul(difference, difference)));
        }
        Tensor least = ops.scalar(Updates.LEAST);
        Tensor counted = ops.where(ops.compare("Greater", x, least), x, ops.scalar(0));
        Tensor ratio = ops.div(ops.binary("Max", x, least), ops.binary("Max", rebuilt, least));
        Tensor divergence = total(ops.mul(counted, ops.unary("Log", ratio)));
        Tensor extra = ops.sub(total(ops.mul(shares, sums)), total(counted));
        Tensor twice = ops.mul(ops.add(divergence, extra), ops.scalar(2));
        return ops.unary("Sqrt", ops.binary("Max", twice, ops.scalar(0)));
    }

    private Tensor total(Tensor matrix) {
        return ops.graph.node(
                "ReduceSum",
                ops.type,
                Shape.of(1, 1),
                List.of(matrix, ops.graph.constant(0, 1)),
                Attribute.of("keepdims", 1));
    }

    private Tensor norm(Tensor matrix) {
        return ops.unary("Sqrt", total(ops.mul(matrix, matrix)));
    }

    private Tensor isSame(Tensor before, Tensor after) {
        return ops.div(norm(ops.sub(after, before)), norm(after));
    }

    private Tensor penalty(Tensor turn) {
        Tensor once = ops.scalar(updates.linear());
        return updates.penaltyGrows() && updates.linear() != 0
                ? ops.mul(ops.graph.cast(number(turn), ops.type), once)
                : once;
    }

    /** Of the round, from 1. */
    private Tensor number(Tensor turn) {
        return ops.graph.node("Add", ElementType.INT64, Shape.of(), List.of(turn, ops.graph.index(1)));
    }

    private Tensor isLookedAt(Tensor turn) {
        OnnxGraph graph = ops.graph;
        Tensor number = number(turn);
        Tensor rest = graph.node("Mod", ElementType.INT64, Shape.of(), List.of(number, graph.index(Updates.EVERY)));
        return graph.node("Equal", ElementType.BOOL, Shape.of(), List.of(rest, graph.index(0)));
    }

    /** Not where it is looked at, and hardly moves any more; no number is no reason to stop. */
    private Tensor further(Tensor looked, Tensor still) {
        OnnxGraph graph = ops.graph;
        if (!(updates.tolerance() > 0)) {
            return graph.scalar(ElementType.BOOL, 1);
        }
        Tensor goal = ops.scalar(updates.tolerance());
        Tensor less = ops.compare(updates.bySteps() ? "LessOrEqual" : "Less", still, goal);
        Tensor stop = graph.node("And", ElementType.BOOL, Shape.of(), List.of(looked, graph.reshape(less, Shape.of())));
        return graph.node("Not", ElementType.BOOL, Shape.of(), List.of(stop));
    }
}
