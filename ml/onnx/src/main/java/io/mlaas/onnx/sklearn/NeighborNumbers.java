package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.PickledObject;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Nearest neighbours and nearest centres in 64-bit floats. */
final class NeighborNumbers {
    private NeighborNumbers() {}

    static void register(Map<String, Evaluation.Predictor> predictors) {
        List.of("KMeans", "MiniBatchKMeans").forEach(name -> predictors.put(name, NeighborNumbers::centres));
        CentreNumbers.register(predictors);
        predictors.put("KNeighborsClassifier", (m, x) -> {
            List<List<Object>> classes = SeveralLabelsNodes.classes(m);
            int[] labels = m.array("_y").ints();
            int targets = classes.size();
            List<Outcome> each = IntStream.range(0, targets)
                    .mapToObj(t -> Outcome.probable(
                            classes.get(t),
                            averages(
                                    m,
                                    x,
                                    classes.get(t).size(),
                                    (point, c) -> labels[point * targets + t] == c ? 1 : 0)))
                    .toList();
            return m.flag("outputs_2d_", false) ? Outcome.several(each, new double[0][]) : each.getFirst();
        });
        predictors.put("KNeighborsRegressor", (m, x) -> {
            double[] targets = m.array("_y").doubles();
            int width = m.array("_y").size(1);
            return Outcome.values(averages(m, x, width, (point, t) -> targets[point * width + t]));
        });
    }

    static double distance(double[] a, double[] b, double p) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = Math.abs(a[i] - b[i]);
            sum = Double.isInfinite(p)
                    ? Math.max(sum, difference)
                    : sum + (p == 2 ? difference * difference : p == 1 ? difference : Math.pow(difference, p));
        }
        return Double.isInfinite(p) || p == 1 ? sum : p == 2 ? Math.sqrt(sum) : Math.pow(sum, 1 / p);
    }

    static double[] distances(Matrix points, double[] x) {
        return IntStream.range(0, points.rows())
                .mapToDouble(i -> distance(points.row(i), x, 2))
                .toArray();
    }

    private static Outcome centres(PickledObject model, double[][] x) {
        Matrix centres = Matrix.of(model, "cluster_centers_");
        double[][] scores = Evaluation.eachRow(x, row -> distances(centres, row));
        int[] index = Arrays.stream(scores)
                .mapToInt(d -> Outcome.greatest(Arrays.stream(d).map(v -> -v).toArray()))
                .toArray();
        return Outcome.clusters(index, scores);
    }

    /** Of Minkowski's distance. */
    static double power(PickledObject model) {
        return switch (model.text("effective_metric_")) {
            case "manhattan", "cityblock", "l1" -> 1;
            case "chebyshev", "infinity" -> Double.POSITIVE_INFINITY;
            case "minkowski" ->
                model.get("effective_metric_params_") instanceof Map<?, ?> map && map.get("p") instanceof Number number
                        ? number.doubleValue()
                        : 2;
            default -> 2;
        };
    }

    private interface Target {
        double of(int point, int column);
    }

    private static double[][] averages(PickledObject model, double[][] x, int width, Target target) {
        Matrix points = Matrix.of(model, "_fit_X");
        double p = power(model);
        boolean byDistance = "distance".equals(model.get("weights"));
        int k = model.integer("n_neighbors");
        return Evaluation.eachRow(x, row -> {
            double[] distances = IntStream.range(0, points.rows())
                    .mapToDouble(i -> distance(points.row(i), row, p))
                    .toArray();
            int[] near = IntStream.range(0, distances.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> distances[i]))
                    .limit(k)
                    .mapToInt(Integer::intValue)
                    .toArray();
            boolean exact = Arrays.stream(near).anyMatch(i -> distances[i] == 0);
            double[] result = new double[width];
            double total = 0;
            for (int point : near) {
                double weight = !byDistance ? 1 : exact ? (distances[point] == 0 ? 1 : 0) : 1 / distances[point];
                total += weight;
                for (int c = 0; c < width; c++) {
                    result[c] += weight * target.of(point, c);
                }
            }
            for (int c = 0; c < width; c++) {
                result[c] /= total;
            }
            return result;
        });
    }
}
