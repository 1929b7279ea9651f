package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Centres of classes and clusters, and outliers by distance, in 64-bit floats. */
final class CentreNumbers {
    private static final double[][] NONE = {};

    private CentreNumbers() {}

    static void register(Map<String, Evaluation.Predictor> predictors) {
        predictors.put("NearestCentroid", (m, x) -> {
            Matrix centres = Matrix.of(m, "centroids_");
            double p = "manhattan".equals(m.get("metric")) ? 1 : 2;
            return new Outcome(Labels.of(m), each(x, row -> nearest(centres, row, p)), NONE, NONE, NONE);
        });
        predictors.put("Birch", (m, x) -> {
            Matrix centres = Matrix.of(m, "subcluster_centers_");
            int[] labels = m.array("subcluster_labels_").ints();
            return Outcome.clusters(
                    each(x, row -> labels[nearest(centres, row, 2)]),
                    Evaluation.eachRow(x, row -> NeighborNumbers.distances(centres, row)));
        });
        predictors.put(
                "BisectingKMeans",
                (m, x) -> Outcome.clusters(
                        each(x, row -> descend(m, m.object("_bisecting_tree"), row)),
                        Evaluation.eachRow(
                                x, row -> NeighborNumbers.distances(Matrix.of(m, "cluster_centers_"), row))));
        predictors.put(
                "LocalOutlierFactor",
                (m, x) -> judged(Evaluation.eachRow(x, row -> {
                    double[] score = {-factor(m, row) - m.number("offset_")};
                    return score;
                })));
        predictors.put("EllipticEnvelope", (m, x) -> {
            double[] location = Matrix.of(m, "location_").values();
            Matrix precision = Matrix.of(m, "precision_");
            return judged(Evaluation.eachRow(x, row -> {
                double[] centred = new double[row.length];
                Arrays.setAll(centred, i -> row[i] - location[i]);
                return new double[] {
                    -Evaluation.dot(Evaluation.times(precision, centred), centred) - m.number("offset_")
                };
            }));
        });
        predictors.put(
                "SGDOneClassSVM",
                (m, x) -> judged(Evaluation.eachRow(x, row ->
                        new double[] {Evaluation.dot(Matrix.of(m, "coef_").values(), row) - m.number("offset_")})));
    }

    private interface Judge {
        int of(double... row);
    }

    private static int[] each(double[][] x, Judge judge) {
        return Arrays.stream(x).mapToInt(judge::of).toArray();
    }

    private static Outcome judged(double[][] scores) {
        return Outcome.clusters(each(scores, s -> s[0] >= 0 ? 1 : -1), scores);
    }

    private static int nearest(Matrix centres, double[] row, double p) {
        double[] closeness = new double[centres.rows()];
        Arrays.setAll(closeness, i -> -NeighborNumbers.distance(centres.row(i), row, p));
        return Outcome.greatest(closeness);
    }

    private static int descend(PickledObject model, PickledObject top, double... row) {
        double[] moved = row.clone();
        if (model.has("_X_mean")) {
            double[] mean = Matrix.of(model, "_X_mean").values();
            Arrays.setAll(moved, i -> row[i] - mean[i]);
        }
        PickledObject node = top;
        while (node.has("left")) {
            double left = NeighborNumbers.distance(
                    Matrix.of(node.object("left"), "center").values(), moved, 2);
            double right = NeighborNumbers.distance(
                    Matrix.of(node.object("right"), "center").values(), moved, 2);
            node = node.object(left <= right ? "left" : "right");
        }
        return node.integer("label");
    }

    /** How much sparser the surroundings of a row are than those of its neighbours. */
    private static double factor(PickledObject model, double... row) {
        Matrix points = Matrix.of(model, "_fit_X");
        Matrix known = Matrix.of(model, "_distances_fit_X_");
        double[] density = Matrix.of(model, "_lrd").values();
        int k = model.integer("n_neighbors_");
        double p = NeighborNumbers.power(model);
        double[] distances = new double[points.rows()];
        Arrays.setAll(distances, i -> NeighborNumbers.distance(points.row(i), row, p));
        List<Integer> near = IntStream.range(0, distances.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> distances[i]))
                .limit(k)
                .toList();
        double reach = 0;
        double others = 0;
        for (int i : near) {
            reach += Math.max(distances[i], known.at(i, k - 1)) / k;
            others += density[i] / k;
        }
        return others * (reach + 1e-10);
    }
}
