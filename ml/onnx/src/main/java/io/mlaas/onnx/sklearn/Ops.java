package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.Arrays;
import java.util.List;

/** Shorthand for the nodes that estimators consist of; rows are the first axis of every tensor. */
final class Ops {
    final OnnxGraph graph;
    final ElementType type;

    Ops(OnnxGraph graph, ElementType type) {
        this.graph = graph;
        this.type = type;
    }

    /** Stored weights. @throws TranslationRefused for NaN, and for what the type cannot hold */
    Tensor weights(double[] values, long... shape) {
        for (double value : values) {
            double kept = type == ElementType.FLOAT32 ? (float) value : value;
            if (Double.isNaN(value) || (Double.isInfinite(kept) && !Double.isInfinite(value))) {
                throw new TranslationRefused(
                        Reason.DAMAGED, "weight: " + value + " (expected: one that " + type + " can hold)");
            }
        }
        return graph.numbers(type, Shape.of(shape), values);
    }

    Tensor weights(Matrix matrix) {
        return weights(matrix.values(), matrix.rows(), matrix.columns());
    }

    Tensor row(double... values) {
        return weights(values, 1, values.length);
    }

    Tensor scalar(double value) {
        return graph.scalar(type, value);
    }

    Tensor add(Tensor a, Tensor b) {
        return binary("Add", a, b);
    }

    Tensor sub(Tensor a, Tensor b) {
        return binary("Sub", a, b);
    }

    Tensor mul(Tensor a, Tensor b) {
        return binary("Mul", a, b);
    }

    Tensor div(Tensor a, Tensor b) {
        return binary("Div", a, b);
    }

    Tensor binary(String operator, Tensor a, Tensor b) {
        return graph.node(operator, a.type(), common(a, b), List.of(a, b));
    }

    /** A comparison. */
    Tensor compare(String operator, Tensor a, Tensor b) {
        return graph.node(operator, ElementType.BOOL, common(a, b), List.of(a, b));
    }

    private static Shape common(Tensor a, Tensor b) {
        return a.shape()
                .broadcast(b.shape())
                .orElseThrow(() -> new TranslationRefused(
                        Reason.DAMAGED, "shapes " + a.shape() + " and " + b.shape() + " of the model do not fit"));
    }

    Tensor unary(String operator, Tensor a) {
        return graph.node(operator, a.type(), a.shape(), List.of(a));
    }

    Tensor where(Tensor condition, Tensor yes, Tensor no) {
        Shape shape = condition
                .shape()
                .broadcast(yes.shape())
                .flatMap(s -> s.broadcast(no.shape()))
                .orElseThrow(() -> new TranslationRefused(Reason.DAMAGED, "shapes of the model do not fit"));
        return graph.node("Where", yes.type(), shape, List.of(condition, yes, no));
    }

    Tensor asNumber(Tensor a) {
        return graph.cast(a, type);
    }

    /** (rows, k) times (k, m). */
    Tensor matmul(Tensor a, Tensor b) {
        if (!a.size(-1).equals(b.size(0))) {
            throw new TranslationRefused(
                    Reason.DAMAGED, "weights of shape " + b.shape() + " (expected: " + a.size(-1) + " rows)");
        }
        return graph.node("MatMul", a.type(), a.shape().with(-1, b.size(1)), List.of(a, b));
    }

    /** {@code x · wᵀ + b}. */
    Tensor affine(Tensor x, Matrix w, double... b) {
        return add(matmul(x, weights(w.transposed())), row(b));
    }

    /** Sums along an axis. */
    Tensor sum(Tensor a, int axis, boolean keep) {
        Shape shape = keep
                ? a.shape().with(axis, Dim.of(1))
                : a.shape().without(a.shape().axis(axis));
        return graph.node(
                "ReduceSum",
                a.type(),
                shape,
                List.of(a, graph.constant((long) a.shape().axis(axis))),
                Attribute.of("keepdims", keep ? 1 : 0));
    }

    Tensor max(Tensor a, boolean keep) {
        Shape shape = keep ? a.shape().with(-1, Dim.of(1)) : a.shape().without(a.rank() - 1);
        return graph.node(
                "ReduceMax",
                a.type(),
                shape,
                List.of(a),
                Attribute.of("axes", new long[] {a.rank() - 1}),
                Attribute.of("keepdims", keep ? 1 : 0));
    }

    /** Place of the greatest of each row, the first of several; (rows). */
    Tensor argMax(Tensor a) {
        return arg("ArgMax", a, false);
    }

    Tensor argMin(Tensor a) {
        return arg("ArgMin", a, false);
    }

    Tensor lastArgMax(Tensor a) {
        return arg("ArgMax", a, true);
    }

    private Tensor arg(String operator, Tensor a, boolean last) {
        return graph.node(
                operator,
                ElementType.INT64,
                a.shape().without(1),
                List.of(a),
                Attribute.of("axis", 1),
                Attribute.of("keepdims", 0),
                Attribute.of("select_last_index", last ? 1 : 0));
    }

    Tensor softmax(Tensor a) {
        return graph.node("Softmax", a.type(), a.shape(), List.of(a), Attribute.of("axis", 1));
    }

    Tensor sigmoid(Tensor a) {
        return unary("Sigmoid", a);
    }

    /** Side by side. */
    Tensor concat(List<Tensor> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        Dim width = parts.stream().map(p -> p.size(1)).reduce(Dim.of(0), Dim::plus);
        Tensor first = parts.getFirst();
        return graph.node("Concat", first.type(), first.shape().with(1, width), parts, Attribute.of("axis", 1));
    }

    /** {@code [1 - p, p]} of a column. */
    Tensor complement(Tensor p) {
        return concat(List.of(sub(scalar(1), p), p));
    }

    Tensor columns(Tensor a, int... columns) {
        if (a.size(1).is(columns.length)
                && Arrays.equals(
                        columns,
                        java.util.stream.IntStream.range(0, columns.length).toArray())) {
            return a;
        }
        return graph.node(
                "Gather",
                a.type(),
                a.shape().with(1, Dim.of(columns.length)),
                List.of(a, graph.constant(Arrays.stream(columns).asLongStream().toArray())),
                Attribute.of("axis", 1));
    }

    /** (rows, n) as (rows, 1, n). */
    Tensor apart(Tensor a) {
        return graph.reshape(a, a.shape().inserted(1, Dim.of(1)));
    }

    /** (rows) as (rows, 1). */
    Tensor column(Tensor a) {
        return graph.reshape(a, a.shape().inserted(1, Dim.of(1)));
    }

    /** Of each row, (rows, n), the row of the table that its index (rows, k) names: (rows, k, width). */
    Tensor lookUp(Tensor table, Tensor index) {
        Shape shape = index.shape();
        for (int axis = 1; axis < table.rank(); axis++) {
            shape = shape.inserted(shape.rank(), table.size(axis));
        }
        return graph.node("Gather", table.type(), shape, List.of(table, index), Attribute.of("axis", 0));
    }

    /** Squared Euclidean distances to each point: (rows, points). */
    Tensor squaredDistances(Tensor x, Matrix points) {
        if ((long) points.rows() * points.columns() <= 1 << 16) {
            Tensor difference = sub(apart(x), weights(points));
            return sum(mul(difference, difference), 2, false);
        }
        // around the middle of the points less is lost to cancellation
        double[] middle = new double[points.columns()];
        double[] moved = points.values().clone();
        double[] squares = new double[points.rows()];
        for (int i = 0; i < moved.length; i++) {
            middle[i % middle.length] += moved[i] / points.rows();
        }
        for (int i = 0; i < moved.length; i++) {
            moved[i] -= middle[i % middle.length];
            squares[i / middle.length] += moved[i] * moved[i];
        }
        Tensor centred = sub(x, row(middle));
        Tensor products = matmul(centred, weights(new Matrix(moved, points.rows(), points.columns()).transposed()));
        Tensor own = sum(mul(centred, centred), 1, true);
        Tensor distances = sub(add(own, row(squares)), mul(products, scalar(2)));
        return binary("Max", distances, scalar(0));
    }
}
