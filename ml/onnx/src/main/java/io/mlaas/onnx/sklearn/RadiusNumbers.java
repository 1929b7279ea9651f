package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Neighbours within a radius, one after the other. */
final class RadiusNumbers {
    private static final double[][] NONE = {};

    private RadiusNumbers() {}

    static void register(Map<String, Evaluation.Predictor> predictors) {
        predictors.put("RadiusNeighborsClassifier", RadiusNumbers::classification);
        predictors.put("RadiusNeighborsRegressor", (m, x) -> {
            int width = m.array("_y").rank() == 1 ? 1 : m.array("_y").size(1);
            double[] targets = m.array("_y").doubles();
            return Outcome.values(Evaluation.eachRow(weights(m, x), weights -> {
                double total = Arrays.stream(weights).sum();
                double[] mean = new double[width];
                Arrays.setAll(mean, t -> {
                    double sum = 0;
                    for (int i = 0; i < weights.length; i++) {
                        sum += weights[i] * targets[i * width + t];
                    }
                    return total == 0 ? Double.NaN : sum / total;
                });
                return mean;
            }));
        });
    }

    private static double[][] weights(PickledObject model, double[][] x) {
        Matrix points = Matrix.of(model, "_fit_X");
        double p = NeighborNumbers.power(model);
        double radius = model.number("radius");
        boolean byDistance = "distance".equals(model.get("weights"));
        return Evaluation.eachRow(x, row -> {
            double[] weights = new double[points.rows()];
            boolean exact = false;
            for (int i = 0; i < weights.length; i++) {
                double distance = NeighborNumbers.distance(points.row(i), row, p);
                exact |= distance == 0;
                weights[i] = distance > radius || Double.isNaN(distance) ? 0 : byDistance ? 1 / distance : 1;
            }
            if (byDistance && exact) {
                Arrays.setAll(weights, i -> Double.isInfinite(weights[i]) ? 1 : 0);
            }
            return weights;
        });
    }

    private static Outcome classification(PickledObject model, double[][] x) {
        double[][] weights = weights(model, x);
        int targets = SeveralLabelsNodes.classes(model).size();
        List<Outcome> each = IntStream.range(0, targets)
                .mapToObj(t -> target(model, t, targets, weights))
                .toList();
        return model.flag("outputs_2d_", false) ? Outcome.several(each, NONE) : each.getFirst();
    }

    private static Outcome target(PickledObject model, int target, int targets, double[][] weights) {
        int[] labels = model.array("_y").ints();
        int classes = SeveralLabelsNodes.classes(model).get(target).size();
        RadiusNodes.Outlier outlier = RadiusNodes.Outlier.of(model, target);
        int[] index = new int[weights.length];
        double[][] probabilities = new double[weights.length][classes];
        for (int row = 0; row < index.length; row++) {
            double total = Arrays.stream(weights[row]).sum();
            for (int i = 0; total > 0 && i < weights[row].length; i++) {
                probabilities[row][labels[i * targets + target]] += weights[row][i] / total;
            }
            index[row] = Outcome.greatest(probabilities[row]);
            if (total == 0 && outlier.place() >= 0) {
                index[row] = outlier.place();
                if (outlier.place() < classes) {
                    probabilities[row][outlier.place()] = 1;
                }
            }
        }
        return new Outcome(outlier.classes(), index, probabilities, NONE, NONE);
    }
}
