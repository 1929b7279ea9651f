package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Nearest neighbours and nearest centres. */
final class NeighborNodes {
    private NeighborNodes() {}

    /** @param near distances, ascending */
    record Neighbors(Tensor index, Tensor near, Tensor weights) {}

    static void register(Map<String, Emission.Predictor> predictors) {
        predictors.put("KNeighborsClassifier", NeighborNodes::classification);
        predictors.put("KNeighborsRegressor", NeighborNodes::regression);
        predictors.put("KMeans", NeighborNodes::centres);
        predictors.put("MiniBatchKMeans", NeighborNodes::centres);
        CentreNodes.register(predictors);
    }

    private static Prediction centres(Emission to, PickledObject model, Features x) {
        Tensor distances = to.ops.squaredDistances(x.numbers(), Matrix.of(model, "cluster_centers_"));
        return Prediction.clusters(to.ops.argMin(distances), to.ops.unary("Sqrt", distances));
    }

    static Tensor distances(Ops ops, PickledObject model, Tensor x) {
        Matrix points = Matrix.of(model, "_fit_X");
        String metric = model.get("effective_metric_") instanceof String name ? name : "of one's own";
        double p =
                switch (metric) {
                    case "euclidean", "l2" -> 2;
                    case "manhattan", "cityblock", "l1" -> 1;
                    case "chebyshev", "infinity" -> Double.POSITIVE_INFINITY;
                    case "minkowski" ->
                        model.get("effective_metric_params_") instanceof Map<?, ?> settings
                                        && settings.get("p") instanceof Number number
                                ? number.doubleValue()
                                : 2;
                    default ->
                        throw new TranslationRefused(
                                Reason.UNSUPPORTED_CODE,
                                model.simpleName() + " with the metric " + metric
                                        + " (expected: minkowski, euclidean, manhattan, chebyshev)");
                };
        if (p == 2) {
            return ops.unary("Sqrt", ops.squaredDistances(x, points));
        }
        Tensor differences = ops.unary("Abs", ops.sub(ops.apart(x), ops.weights(points)));
        if (p == 1) {
            return ops.sum(differences, 2, false);
        }
        if (Double.isInfinite(p)) {
            return ops.max(differences, false);
        }
        return ops.binary("Pow", ops.sum(ops.binary("Pow", differences, ops.scalar(p)), 2, false), ops.scalar(1 / p));
    }

    private static Neighbors nearest(Ops ops, PickledObject model, Tensor x) {
        return nearest(ops, model, distances(ops, model, x), model.integer("n_neighbors"));
    }

    static Neighbors nearest(Ops ops, PickledObject model, Tensor distances, int k) {
        List<Tensor> top = ops.graph.nodes(
                "TopK",
                List.of(
                        new Tensor("", ops.type, distances.shape().with(1, Dim.of(k))),
                        new Tensor("", ElementType.INT64, distances.shape().with(1, Dim.of(k)))),
                List.of(distances, ops.graph.constant(k)),
                Attribute.of("axis", 1),
                Attribute.of("largest", 0),
                Attribute.of("sorted", 1));
        Tensor near = top.getFirst();
        Tensor weights =
                switch (model.get("weights") instanceof String name ? name : model.has("weights") ? "" : "uniform") {
                    case "uniform" -> ops.add(ops.mul(near, ops.scalar(0)), ops.scalar(1));
                    case "distance" -> {
                        Tensor same = ops.compare("Equal", near, ops.scalar(0));
                        Tensor exact = ops.compare("Greater", ops.max(ops.asNumber(same), true), ops.scalar(0));
                        Tensor inverse = ops.div(ops.scalar(1), ops.where(same, ops.scalar(1), near));
                        yield ops.where(exact, ops.asNumber(same), inverse);
                    }
                    default ->
                        throw new TranslationRefused(
                                Reason.UNSUPPORTED_CODE,
                                model.simpleName() + " with weights of one's own (expected: uniform, distance)");
                };
        return new Neighbors(top.get(1), near, weights);
    }

    /** Weighted sums over the neighbours of rows of a table. */
    static Tensor sums(Ops ops, Neighbors neighbors, Tensor table) {
        Tensor found = ops.lookUp(table, neighbors.index);
        Tensor weights =
                ops.graph.reshape(neighbors.weights, neighbors.weights.shape().inserted(2, Dim.of(1)));
        return ops.sum(ops.mul(found, weights), 1, false);
    }

    private static Prediction classification(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        List<List<Object>> classes = SeveralLabelsNodes.classes(model);
        List<double[]> tables = SeveralLabelsNodes.tables(model, classes.size());
        Neighbors nearest = nearest(ops, model, x.numbers());
        List<Prediction> each = IntStream.range(0, classes.size())
                .mapToObj(t -> {
                    int width = classes.get(t).size();
                    double[] table = tables.get(t);
                    Tensor votes = sums(ops, nearest, ops.weights(table, table.length / width, width));
                    return Prediction.probable(ops, classes.get(t), ops.div(votes, ops.sum(votes, 1, true)));
                })
                .toList();
        return model.flag("outputs_2d_", false) ? Prediction.several(each, null) : each.getFirst();
    }

    private static Prediction regression(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Matrix targets = model.array("_y").rank() == 1 ? Matrix.of(model, "_y").transposed() : Matrix.of(model, "_y");
        Neighbors neighbors = nearest(ops, model, x.numbers());
        Tensor sums = sums(ops, neighbors, ops.weights(targets));
        return Prediction.values(ops.div(sums, ops.sum(neighbors.weights, 1, true)));
    }
}
