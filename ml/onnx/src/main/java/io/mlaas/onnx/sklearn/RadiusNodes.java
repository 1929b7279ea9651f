package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Neighbours within a radius, in 64 bits: in 32 some would change the side of the radius. */
final class RadiusNodes {
    private RadiusNodes() {}

    static void register(Map<String, Emission.Predictor> predictors) {
        predictors.put("RadiusNeighborsClassifier", RadiusNodes::classification);
        predictors.put("RadiusNeighborsRegressor", RadiusNodes::regression);
    }

    /** Of each stored row, 0 where it is too far: (rows, stored rows). */
    private static Tensor weights(Ops ops, PickledObject model, Tensor x) {
        Tensor distances = NeighborNodes.distances(ops, model, x);
        Tensor near = ops.asNumber(ops.compare("LessOrEqual", distances, ops.scalar(model.number("radius"))));
        return switch (model.get("weights") instanceof String name ? name : model.has("weights") ? "" : "uniform") {
            case "uniform" -> near;
            case "distance" -> {
                Tensor same = ops.compare("Equal", distances, ops.scalar(0));
                Tensor exact = ops.compare("Greater", ops.max(ops.asNumber(same), true), ops.scalar(0));
                Tensor inverse = ops.div(near, ops.where(same, ops.scalar(1), distances));
                yield ops.where(exact, ops.asNumber(same), inverse);
            }
            default ->
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_CODE,
                        model.simpleName() + " with weights of one's own (expected: uniform, distance)");
        };
    }

    /**
     * What a row without neighbours is called.
     *
     * @param classes those of the target, and the label where it is none of them
     * @param place of the label in them; -1 where scikit-learn refuses such rows
     */
    record Outlier(List<Object> classes, int place) {
        static Outlier of(PickledObject model, int target) {
            List<Object> classes = SeveralLabelsNodes.classes(model).get(target);
            Object label =
                    model.has("outlier_label_") ? model.list("outlier_label_").get(target) : null;
            if (label == null) {
                return new Outlier(classes, -1);
            }
            Object same = label instanceof Boolean truth ? (Object) (truth ? 1L : 0L) : label;
            List<Object> all = new ArrayList<>(classes);
            if (!all.contains(same)) {
                all.add(same);
            }
            return new Outlier(all, all.indexOf(same));
        }
    }

    private static Prediction classification(Emission to, PickledObject model, Features x) {
        Ops wide = new Ops(to.ops.graph, ElementType.FLOAT64);
        Tensor weights = weights(wide, model, wide.asNumber(x.numbers()));
        int targets = SeveralLabelsNodes.classes(model).size();
        List<double[]> tables = SeveralLabelsNodes.tables(model, targets);
        List<Prediction> each = IntStream.range(0, targets)
                .mapToObj(t -> target(to, model, Outlier.of(model, t), weights, tables.get(t))
                        .as(to.ops))
                .toList();
        return model.flag("outputs_2d_", false) ? Prediction.several(each, null) : each.getFirst();
    }

    private static Prediction target(
            Emission to, PickledObject model, Outlier outlier, Tensor weights, double... table) {
        Ops wide = new Ops(to.ops.graph, ElementType.FLOAT64);
        int points = (int) weights.size(1).value();
        int width = table.length / points;
        Tensor votes = wide.matmul(weights, wide.weights(table, points, width));
        Tensor total = wide.sum(votes, 1, true);
        Tensor alone = wide.compare("Equal", total, wide.scalar(0));
        double[] answer = new double[width];
        if (outlier.place >= 0 && outlier.place < width) {
            answer[outlier.place] = 1;
        }
        Tensor probabilities =
                wide.where(alone, wide.row(answer), wide.div(votes, wide.where(alone, wide.scalar(1), total)));
        Tensor index = wide.argMax(probabilities);
        if (outlier.place < 0) {
            to.warnings.add(model.simpleName()
                    + " without outlier_label refuses rows without neighbours in scikit-learn; here they have the"
                    + " probabilities 0 and the first class");
        } else if (outlier.place >= width) {
            Tensor none = to.ops.graph.reshape(alone, index.shape());
            index = to.ops.graph.node(
                    "Where",
                    ElementType.INT64,
                    index.shape(),
                    List.of(none, to.ops.graph.constant(outlier.place), index));
        }
        return new Prediction(outlier.classes, index, probabilities, null, null);
    }

    /** NaN without neighbours, as in scikit-learn. */
    private static Prediction regression(Emission to, PickledObject model, Features x) {
        Ops wide = new Ops(to.ops.graph, ElementType.FLOAT64);
        Matrix targets = model.array("_y").rank() == 1 ? Matrix.of(model, "_y").transposed() : Matrix.of(model, "_y");
        Tensor weights = weights(wide, model, wide.asNumber(x.numbers()));
        Tensor total = wide.sum(weights, 1, true);
        Tensor alone = wide.compare("Equal", total, wide.scalar(0));
        Tensor mean = wide.div(wide.matmul(weights, wide.weights(targets)), wide.where(alone, wide.scalar(1), total));
        return Prediction.values(to.ops.asNumber(wide.where(alone, wide.scalar(Double.NaN), mean)));
    }
}
