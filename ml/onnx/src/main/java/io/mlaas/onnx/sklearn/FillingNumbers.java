package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Missing values by other rows or columns, and encoders of and by the target, value by value. */
final class FillingNumbers {
    private FillingNumbers() {}

    static void register(Map<String, Evaluation.Transformer> transformers) {
        transformers.put("KNNImputer", FillingNumbers::neighbours);
        transformers.put("IterativeImputer", FillingNumbers::rounds);
        transformers.put("TargetEncoder", FillingNumbers::target);
        transformers.put("LabelEncoder", (encoder, x) -> {
            int[] places = EncoderNumbers.places(Categories.ofLabels(encoder), x, 0);
            return new Table(
                    x.rows(),
                    List.of(Arrays.stream(places)
                            .mapToDouble(p -> Math.max(p, 0))
                            .toArray()));
        });
        transformers.put("LabelBinarizer", (encoder, x) -> {
            Categories categories = Categories.ofLabels(encoder);
            int[] places = EncoderNumbers.places(categories, x, 0);
            int count = categories.values().size();
            List<Object> columns = new ArrayList<>();
            for (int c = count == 2 ? 1 : 0; c < count; c++) {
                int own = c;
                columns.add(Arrays.stream(places)
                        .mapToDouble(p -> encoder.number(p == own ? "pos_label" : "neg_label"))
                        .toArray());
            }
            return new Table(x.rows(), columns);
        });
    }

    private static Table neighbours(PickledObject imputer, Table x) {
        NdArray fitted = imputer.array("_fit_X");
        int width = fitted.size(1);
        double[] all = fitted.doubles();
        double[][] points = new double[fitted.size(0)][];
        Arrays.setAll(points, i -> Arrays.copyOfRange(all, i * width, (i + 1) * width));
        double[][] rows = x.numbers();
        List<Object> columns = new ArrayList<>();
        for (int c = 0; c < width; c++) {
            int column = c;
            if (Arrays.stream(points).anyMatch(p -> !Double.isNaN(p[column]))) {
                columns.add(Arrays.stream(rows)
                        .mapToDouble(
                                row -> Double.isNaN(row[column]) ? donated(imputer, points, row, column) : row[column])
                        .toArray());
            }
        }
        return indicated(imputer, x, new Table(x.rows(), columns));
    }

    private static Table indicated(PickledObject imputer, Table x, Table filled) {
        return imputer.flag("add_indicator", false) && imputer.has("indicator_")
                ? Table.concat(x.rows(), List.of(filled, EncoderNumbers.indicators(imputer.object("indicator_"), x)))
                : filled;
    }

    private static double donated(PickledObject imputer, double[][] points, double[] row, int column) {
        double[] distances =
                Arrays.stream(points).mapToDouble(p -> distance(p, row)).toArray();
        List<Integer> donors = IntStream.range(0, points.length)
                .filter(i -> !Double.isNaN(points[i][column]))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> distances[i]))
                .toList();
        boolean byDistance = "distance".equals(imputer.get("weights"));
        List<Integer> near = donors.stream()
                .limit(imputer.integer("n_neighbors"))
                .filter(i -> !Double.isNaN(distances[i]))
                .toList();
        boolean exact = near.stream().anyMatch(i -> distances[i] == 0);
        double sum = 0;
        double total = 0;
        for (int i : near) {
            double weight = !byDistance ? 1 : exact ? (distances[i] == 0 ? 1 : 0) : 1 / distances[i];
            sum += weight * points[i][column];
            total += weight;
        }
        return total > 0
                ? sum / total
                : donors.stream().mapToDouble(i -> points[i][column]).average().orElse(0);
    }

    /** {@code nan_euclidean_distances}; NaN, which is sorted last, where no column is known to both. */
    private static double distance(double[] a, double[] b) {
        double sum = 0;
        int known = 0;
        for (int i = 0; i < a.length; i++) {
            if (!Double.isNaN(a[i]) && !Double.isNaN(b[i])) {
                sum += (a[i] - b[i]) * (a[i] - b[i]);
                known++;
            }
        }
        return known == 0 ? Double.NaN : Math.sqrt(sum * a.length / known);
    }

    private static Table rounds(PickledObject imputer, Table x) {
        double[][] filled =
                Evaluation.transform(imputer.object("initial_imputer_"), x).numbers();
        double[][] rows = x.numbers();
        for (Object step : imputer.list("imputation_sequence_")) {
            List<?> triple = FillingNodes.triple(step);
            int column = ((Number) Wrappers.present(triple.get(0))).intValue();
            int[] others = ((NdArray) Wrappers.present(triple.get(1))).ints();
            double[][] from = Evaluation.eachRow(
                    filled,
                    row -> Arrays.stream(others).mapToDouble(i -> row[i]).toArray());
            double[][] found =
                    Evaluation.predict(Wrappers.estimator(triple.get(2)), from).values();
            double low = Matrix.vector(imputer, "_min_value", filled[0].length)[column];
            double high = Matrix.vector(imputer, "_max_value", filled[0].length)[column];
            for (int i = 0; i < rows.length; i++) {
                if (Double.isNaN(rows[i][column])) {
                    filled[i][column] = Math.clamp(found[i][0], low, high);
                }
            }
        }
        return indicated(imputer, x, Table.of(filled));
    }

    private static Table target(PickledObject encoder, Table x) {
        List<Categories> all = Categories.of(encoder);
        List<?> encodings = encoder.list("encodings_");
        double[] means = Matrix.of(encoder, "target_mean_").values();
        List<Object> columns = new ArrayList<>();
        for (int e = 0; e < encodings.size(); e++) {
            int column = e * all.size() / encodings.size();
            double mean = means[means.length == 1 ? 0 : e % means.length];
            double[] values = ((NdArray) Wrappers.present(encodings.get(e))).doubles();
            columns.add(Arrays.stream(EncoderNumbers.places(all.get(column), x, column))
                    .mapToDouble(p -> p < 0 ? mean : values[p])
                    .toArray());
        }
        return new Table(x.rows(), columns);
    }
}
