package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What fills in missing values by other rows or columns, and encoders of and by the target. */
final class FillingNodes {
    /** Stands for the distance to a row that shares no known value. */
    private static final double FAR = 1e30;

    private FillingNodes() {}

    static void register(Map<String, Emission.Transformer> transformers) {
        transformers.put("KNNImputer", FillingNodes::neighbours);
        transformers.put("IterativeImputer", FillingNodes::rounds);
        transformers.put("TargetEncoder", FillingNodes::target);
        transformers.put("LabelEncoder", (to, encoder, x) -> {
            to.warnings.add("LabelEncoder refuses unknown labels in scikit-learn; here they are 0");
            Tensor hot = EncoderNodes.hot(to.ops, Categories.ofLabels(encoder), x.column(0));
            return Features.of(to.ops, to.ops.column(to.ops.argMax(hot)));
        });
        transformers.put("LabelBinarizer", FillingNodes::binarized);
    }

    private static Features binarized(Emission to, PickledObject encoder, Features x) {
        Ops ops = to.ops;
        Tensor hot = EncoderNodes.hot(ops, Categories.ofLabels(encoder), x.column(0));
        Tensor kept = hot.size(1).is(2) ? ops.columns(hot, 1) : hot;
        double low = encoder.number("neg_label");
        double high = encoder.number("pos_label");
        return Features.of(ops, ops.add(ops.mul(kept, ops.scalar(high - low)), ops.scalar(low)));
    }

    private static Tensor isMissing(Ops ops, Tensor x) {
        return ops.graph.node("IsNaN", ElementType.BOOL, x.shape(), List.of(x));
    }

    static void requireNaN(PickledObject imputer) {
        if (!Double.isNaN(imputer.number("missing_values", Double.NaN))) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE,
                    imputer.simpleName() + ".missing_values: " + imputer.get("missing_values") + " (expected: NaN)");
        }
    }

    private static Features neighbours(Emission to, PickledObject imputer, Features x) {
        requireNaN(imputer);
        if (imputer.flag("keep_empty_features", false) || !"nan_euclidean".equals(imputer.get("metric"))) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "KNNImputer with a metric of one's own, or empty columns kept");
        }
        Ops ops = to.ops;
        NdArray fitted = imputer.array("_fit_X");
        int rows = fitted.size(0);
        int columns = fitted.size(1);
        double[] values = fitted.doubles();
        double[] known = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            known[i] = Double.isNaN(values[i]) ? 0 : 1;
            values[i] = Double.isNaN(values[i]) ? 0 : values[i];
        }
        Matrix points = new Matrix(values, rows, columns);
        Matrix mask = new Matrix(known, rows, columns);
        Tensor input = x.numbers();
        Tensor missing = isMissing(ops, input);
        Tensor distances = distances(ops, ops.where(missing, ops.scalar(0), input), missing, points, mask);
        List<Tensor> filled = new ArrayList<>();
        for (int column = 0; column < columns; column++) {
            int at = column;
            int[] donors = IntStream.range(0, rows)
                    .filter(row -> mask.at(row, at) != 0)
                    .toArray();
            if (donors.length > 0) {
                Tensor own = ops.columns(input, column);
                Tensor value = donated(ops, imputer, ops.columns(distances, donors), donation(points, column, donors));
                filled.add(ops.where(isMissing(ops, own), value, own));
            }
        }
        List<Features> parts = new ArrayList<>(List.of(Features.of(ops, ops.concat(filled))));
        if (imputer.flag("add_indicator", false) && imputer.has("indicator_")) {
            parts.add(EncoderNodes.indicators(ops, imputer.object("indicator_"), x));
        }
        return Features.concat(ops, parts);
    }

    private static double[] donation(Matrix points, int column, int... donors) {
        return Arrays.stream(donors).mapToDouble(row -> points.at(row, column)).toArray();
    }

    /** Over the columns that both know, as if they were all. */
    private static Tensor distances(Ops ops, Tensor x, Tensor missing, Matrix points, Matrix mask) {
        Tensor known = ops.sub(ops.scalar(1), ops.asNumber(missing));
        Tensor both = ops.mul(ops.apart(known), ops.weights(mask));
        Tensor difference = ops.mul(ops.sub(ops.apart(x), ops.weights(points)), both);
        Tensor sum = ops.sum(ops.mul(difference, difference), 2, false);
        Tensor count = ops.sum(both, 2, false);
        Tensor none = ops.compare("Equal", count, ops.scalar(0));
        Tensor mean = ops.div(sum, ops.where(none, ops.scalar(1), count));
        return ops.where(none, ops.scalar(FAR), ops.unary("Sqrt", ops.mul(mean, ops.scalar(points.columns()))));
    }

    private static Tensor donated(Ops ops, PickledObject imputer, Tensor distances, double... values) {
        int k = Math.min(imputer.integer("n_neighbors"), values.length);
        NeighborNodes.Neighbors near = NeighborNodes.nearest(ops, imputer, distances, k);
        Tensor far = ops.compare("Equal", near.near(), ops.scalar(FAR));
        Tensor weights = ops.where(far, ops.scalar(0), near.weights());
        Tensor sums = NeighborNodes.sums(
                ops,
                new NeighborNodes.Neighbors(near.index(), near.near(), weights),
                ops.weights(values, values.length, 1));
        Tensor total = ops.sum(weights, 1, true);
        Tensor none = ops.compare("Equal", total, ops.scalar(0));
        double mean = Arrays.stream(values).average().orElse(0);
        return ops.where(none, ops.scalar(mean), ops.div(sums, ops.where(none, ops.scalar(1), total)));
    }

    /** Columns that are predicted from the others, again and again, where they were missing. */
    private static Features rounds(Emission to, PickledObject imputer, Features x) {
        requireNaN(imputer);
        Ops ops = to.ops;
        if (imputer.flag("sample_posterior", false)) {
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_CODE, "IterativeImputer.sample_posterior: True (expected: False)");
        }
        Features filled = to.transform(imputer.object("initial_imputer_"), x);
        if (filled.width() != x.width()) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "IterativeImputer that drops empty columns");
        }
        List<Tensor> columns = new ArrayList<>();
        IntStream.range(0, x.width()).forEach(i -> columns.add(filled.column(i)));
        double[] low = Matrix.vector(imputer, "_min_value", x.width());
        double[] high = Matrix.vector(imputer, "_max_value", x.width());
        for (Object step : imputer.list("imputation_sequence_")) {
            List<?> triple = triple(step);
            int column = ((Number) Wrappers.present(triple.get(0))).intValue();
            List<Tensor> others = Arrays.stream(((NdArray) Wrappers.present(triple.get(1))).ints())
                    .mapToObj(columns::get)
                    .toList();
            Tensor value = to.values(Wrappers.estimator(triple.get(2)), Features.of(ops, ops.concat(others)));
            Tensor within =
                    ops.binary("Min", ops.binary("Max", value, bound(ops, low[column])), bound(ops, high[column]));
            columns.set(column, ops.where(isMissing(ops, x.column(column)), within, columns.get(column)));
        }
        List<Features> parts = new ArrayList<>(List.of(Features.of(ops, ops.concat(columns))));
        if (imputer.flag("add_indicator", false) && imputer.has("indicator_")) {
            parts.add(EncoderNodes.indicators(ops, imputer.object("indicator_"), x));
        }
        return Features.concat(ops, parts);
    }

    private static Tensor bound(Ops ops, double bound) {
        return ops.scalar(Math.clamp(bound, -Float.MAX_VALUE, Float.MAX_VALUE));
    }

    /** Which column, from which others, by which regressor. */
    static List<?> triple(Object step) {
        List<?> triple = step instanceof PickledObject object
                ? object.arguments()
                : step instanceof List<?> list ? list : List.of();
        if (triple.size() != 3) {
            throw new TranslationRefused(Reason.DAMAGED, "IterativeImputer.imputation_sequence_ (expected: triples)");
        }
        return triple;
    }

    private static Features target(Emission to, PickledObject encoder, Features x) {
        Ops ops = to.ops;
        List<Categories> all = Categories.of(encoder);
        List<?> encodings = encoder.list("encodings_");
        double[] means = Matrix.of(encoder, "target_mean_").values();
        List<Tensor> columns = new ArrayList<>();
        for (int e = 0; e < encodings.size(); e++) {
            int column = e / (encodings.size() / all.size());
            Tensor hot = EncoderNodes.hot(ops, all.get(column), x.column(column));
            double[] values =
                    Matrix.of(encodings.get(e), "TargetEncoder.encodings_").values();
            Tensor found = ops.compare("Greater", ops.max(hot, true), ops.scalar(0));
            columns.add(ops.where(
                    found,
                    ops.matmul(hot, ops.weights(values, values.length, 1)),
                    ops.scalar(means[e % means.length])));
        }
        return Features.of(ops, ops.concat(columns));
    }
}
