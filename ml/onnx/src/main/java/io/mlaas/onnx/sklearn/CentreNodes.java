package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Centres of classes and clusters, and outliers by distance. */
final class CentreNodes {
    private CentreNodes() {}

    static void register(Map<String, Emission.Predictor> predictors) {
        predictors.put("NearestCentroid", CentreNodes::nearest);
        predictors.put("Birch", CentreNodes::birch);
        predictors.put("BisectingKMeans", CentreNodes::bisecting);
        predictors.put("LocalOutlierFactor", CentreNodes::local);
        predictors.put("EllipticEnvelope", CentreNodes::elliptic);
        predictors.put("SGDOneClassSVM", CentreNodes::stochastic);
    }

    private static Prediction nearest(Emission to, PickledObject model, Features x) {
        requireEvenPriors(model);
        Ops ops = to.ops;
        Matrix centres = Matrix.of(model, "centroids_");
        Tensor distances = model.text("metric", "euclidean").equals("manhattan")
                ? ops.sum(ops.unary("Abs", ops.sub(ops.apart(x.numbers()), ops.weights(centres))), 2, false)
                : ops.squaredDistances(x.numbers(), centres);
        return new Prediction(Labels.of(model), ops.argMin(distances), null, null, null);
    }

    private static void requireEvenPriors(PickledObject model) {
        double[] priors =
                model.has("class_prior_") ? Matrix.of(model, "class_prior_").values() : new double[0];
        boolean even = Arrays.stream(priors).allMatch(p -> Math.abs(p - 1.0 / priors.length) <= 1e-8 + 1e-5 * p);
        if (!even || !List.of("euclidean", "manhattan").contains(model.text("metric", "euclidean"))) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    "NearestCentroid with priors, or the metric " + model.get("metric")
                            + " (expected: even priors, euclidean or manhattan)");
        }
    }

    private static Prediction birch(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Tensor distances = ops.squaredDistances(x.numbers(), Matrix.of(model, "subcluster_centers_"));
        Tensor labels = ops.graph.constant(model.array("subcluster_labels_").longs());
        return Prediction.clusters(ops.lookUp(labels, ops.argMin(distances)), ops.unary("Sqrt", distances));
    }

    private static Prediction bisecting(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Tensor label = ops.column(ops.argMin(ops.mul(ops.columns(x.numbers(), 0), ops.scalar(0))));
        Tensor found = branch(to, model, model.object("_bisecting_tree"), x.numbers(), label);
        Tensor labels = ops.graph.reshape(found, found.shape().without(1));
        return Prediction.clusters(
                labels, ops.unary("Sqrt", ops.squaredDistances(x.numbers(), Matrix.of(model, "cluster_centers_"))));
    }

    private static Tensor branch(Emission to, PickledObject model, PickledObject node, Tensor x, Tensor shape) {
        Ops ops = to.ops;
        if (!node.has("left")) {
            return ops.graph.node(
                    "Add", ElementType.INT64, shape.shape(), List.of(shape, ops.graph.index(node.integer("label"))));
        }
        PickledObject left = node.object("left");
        PickledObject right = node.object("right");
        Tensor distances = ops.squaredDistances(x, new Matrix(both(model, left, right), 2, centre(left).length));
        Tensor first = ops.compare("LessOrEqual", ops.columns(distances, 0), ops.columns(distances, 1));
        return ops.where(first, branch(to, model, left, x, shape), branch(to, model, right, x, shape));
    }

    private static double[] centre(PickledObject node) {
        return Matrix.of(node, "center").values();
    }

    private static double[] both(PickledObject model, PickledObject left, PickledObject right) {
        double[] a = centre(left);
        double[] both = Arrays.copyOf(a, 2 * a.length);
        System.arraycopy(centre(right), 0, both, a.length, a.length);
        if (model.has("_X_mean")) {
            double[] mean = Matrix.of(model, "_X_mean").values();
            for (int i = 0; i < both.length; i++) {
                both[i] += mean[i % a.length];
            }
        }
        return both;
    }

    /** Breunig, Kriegel, Ng, Sander: LOF, 2000. */
    private static Prediction local(Emission to, PickledObject model, Features x) {
        if (!model.flag("novelty", false)) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "LocalOutlierFactor.novelty: False (expected: True, to judge new rows)");
        }
        Ops ops = to.ops;
        int k = model.integer("n_neighbors_");
        NeighborNodes.Neighbors near =
                NeighborNodes.nearest(ops, model, NeighborNodes.distances(ops, model, x.numbers()), k);
        Matrix distances = Matrix.of(model, "_distances_fit_X_");
        double[] furthest = new double[distances.rows()];
        Arrays.setAll(furthest, row -> distances.at(row, k - 1));
        Tensor reach = ops.binary("Max", near.near(), ops.lookUp(vector(ops, furthest), near.index()));
        Tensor density =
                ops.div(ops.scalar(1), ops.add(ops.div(ops.sum(reach, 1, true), ops.scalar(k)), ops.scalar(1e-10)));
        Tensor others = ops.sum(ops.lookUp(vector(ops, Matrix.of(model, "_lrd").values()), near.index()), 1, true);
        Tensor factor = ops.div(ops.div(others, ops.scalar(k)), density);
        return KernelNodes.outliers(ops, "GreaterOrEqual", ops.sub(ops.scalar(-model.number("offset_")), factor));
    }

    private static Tensor vector(Ops ops, double... values) {
        return ops.graph.numbers(ops.type, Shape.of(values.length), values);
    }

    private static Prediction elliptic(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Tensor centred =
                ops.sub(x.numbers(), ops.row(Matrix.of(model, "location_").values()));
        Tensor distance =
                ops.sum(ops.mul(ops.matmul(centred, ops.weights(Matrix.of(model, "precision_"))), centred), 1, true);
        return KernelNodes.outliers(ops, "GreaterOrEqual", ops.sub(ops.scalar(-model.number("offset_")), distance));
    }

    private static Prediction stochastic(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Tensor product =
                ops.matmul(x.numbers(), ops.weights(Matrix.of(model, "coef_").transposed()));
        return KernelNodes.outliers(ops, "GreaterOrEqual", ops.sub(product, ops.scalar(model.number("offset_"))));
    }
}
