package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.List;
import java.util.Map;

/** Linear projections, and the selection of columns. */
final class ProjectionNodes {
    private ProjectionNodes() {}

    static void register(Map<String, Emission.Transformer> transformers) {
        List.of("PCA", "IncrementalPCA").forEach(name -> transformers.put(name, ProjectionNodes::principal));
        transformers.put(
                "TruncatedSVD",
                (to, p, x) -> Features.of(
                        to.ops,
                        to.ops.matmul(
                                x.numbers(),
                                to.ops.weights(Matrix.of(p, "components_").transposed()))));
        transformers.put("FastICA", (to, p, x) -> Features.of(to.ops, projected(to.ops, p, x.numbers())));
        transformers.put("LinearDiscriminantAnalysis", ProjectionNodes::discriminant);
        List.of("KMeans", "MiniBatchKMeans")
                .forEach(name -> transformers.put(
                        name,
                        (to, p, x) -> Features.of(
                                to.ops,
                                to.ops.unary(
                                        "Sqrt",
                                        to.ops.squaredDistances(x.numbers(), Matrix.of(p, "cluster_centers_"))))));
        Selection.NAMES.forEach(
                name -> transformers.put(name, (to, s, x) -> x.select(Selection.columns(s, x.width()))));
    }

    private static Tensor projected(Ops ops, PickledObject projection, Tensor x) {
        Tensor centred = projection.has("mean_")
                ? ops.sub(x, ops.row(Matrix.of(projection, "mean_").values()))
                : x;
        return ops.matmul(
                centred, ops.weights(Matrix.of(projection, "components_").transposed()));
    }

    private static Features principal(Emission to, PickledObject projection, Features x) {
        Ops ops = to.ops;
        Tensor result = projected(ops, projection, x.numbers());
        if (projection.flag("whiten", false)) {
            double[] deviation =
                    Matrix.of(projection, "explained_variance_").values().clone();
            for (int i = 0; i < deviation.length; i++) {
                deviation[i] = Math.sqrt(Math.max(deviation[i], Math.ulp(1.0)));
            }
            result = ops.div(result, ops.row(deviation));
        }
        return Features.of(ops, result);
    }

    private static Features discriminant(Emission to, PickledObject model, Features x) {
        Ops ops = to.ops;
        Tensor centred = model.text("solver", "svd").equals("svd")
                ? ops.sub(x.numbers(), ops.row(Matrix.of(model, "xbar_").values()))
                : x.numbers();
        Tensor all = ops.matmul(centred, ops.weights(Matrix.of(model, "scalings_")));
        int kept = Math.min((int) all.size(1).value(), model.integer("_max_components"));
        return Features.of(
                ops, ops.columns(all, java.util.stream.IntStream.range(0, kept).toArray()));
    }
}
