package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Encoders of categories, bins, and what fills in missing values. */
final class EncoderNodes {
    private EncoderNodes() {}

    static void register(Map<String, Emission.Transformer> transformers) {
        transformers.put("OneHotEncoder", EncoderNodes::oneHot);
        transformers.put("OrdinalEncoder", EncoderNodes::ordinal);
        transformers.put("KBinsDiscretizer", EncoderNodes::bins);
        FillingNodes.register(transformers);
        transformers.put("SimpleImputer", EncoderNodes::imputer);
        transformers.put("MissingIndicator", (to, indicator, x) -> indicators(to.ops, indicator, x));
    }

    /** 1 in the column of the value's category, before rare ones are put together; (rows, categories). */
    static Tensor hot(Ops ops, Categories categories, Tensor column) {
        int n = categories.values().size();
        if (categories.text()) {
            List<String> words =
                    categories.values().stream().map(String::valueOf).toList();
            Tensor place = ops.graph.mlNode(
                    "LabelEncoder",
                    ElementType.INT64,
                    column.shape(),
                    List.of(column),
                    Attribute.ofStrings("keys_strings", words),
                    Attribute.of("values_int64s", LongStream.range(0, n).toArray()),
                    Attribute.of("default_int64", -1));
            Tensor places = ops.graph.reshape(
                    ops.graph.constant(LongStream.range(0, n).toArray()), io.mlaas.onnx.graph.Shape.of(1, n));
            return ops.asNumber(ops.compare("Equal", place, places));
        }
        double[] values = new double[n];
        int missing = -1;
        for (int i = 0; i < n; i++) {
            values[i] = (Double) categories.values().get(i);
            if (Double.isNaN(values[i])) {
                missing = i;
                values[i] = Double.POSITIVE_INFINITY;
            }
        }
        Tensor equal = ops.asNumber(ops.compare("Equal", column, ops.row(values)));
        if (missing < 0) {
            return equal;
        }
        Tensor nan = ops.asNumber(ops.graph.node("IsNaN", ElementType.BOOL, column.shape(), List.of(column)));
        List<Tensor> parts = new ArrayList<>();
        if (missing > 0) {
            parts.add(ops.columns(equal, IntStream.range(0, missing).toArray()));
        }
        parts.add(nan);
        if (missing + 1 < n) {
            parts.add(ops.columns(equal, IntStream.range(missing + 1, n).toArray()));
        }
        return ops.concat(parts);
    }

    private static Features oneHot(Emission to, PickledObject encoder, Features x) {
        Ops ops = to.ops;
        List<Categories> columns = Categories.of(encoder);
        String unknown = encoder.text("handle_unknown", "error");
        if (unknown.equals("error")) {
            to.warnings.add("OneHotEncoder refuses unknown categories in scikit-learn; here they are all zeros");
        }
        List<Tensor> parts = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Categories categories = columns.get(i);
            Tensor hot = hot(ops, categories, x.column(i));
            if (categories.rare() >= 0) {
                int n = categories.codes().length;
                double[] grouping = new double[n * categories.count()];
                for (int c = 0; c < n; c++) {
                    grouping[c * categories.count() + categories.codes()[c]] = 1;
                }
                Tensor known = ops.sum(hot, 1, true);
                hot = ops.matmul(hot, ops.weights(grouping, n, categories.count()));
                if (unknown.equals("infrequent_if_exist")) {
                    double[] rare = new double[categories.count()];
                    rare[categories.rare()] = 1;
                    hot = ops.add(hot, ops.mul(ops.sub(ops.scalar(1), known), ops.row(rare)));
                }
            }
            if (categories.kept().length > 0) {
                parts.add(ops.columns(hot, categories.kept()));
            }
        }
        return Features.of(ops, ops.concat(parts));
    }

    private static Features ordinal(Emission to, PickledObject encoder, Features x) {
        Ops ops = to.ops;
        List<Categories> columns = Categories.of(encoder);
        boolean known = encoder.text("handle_unknown", "error").equals("use_encoded_value");
        if (!known) {
            to.warnings.add("OrdinalEncoder refuses unknown categories in scikit-learn; here they are -1");
        }
        double unknown = known ? encoder.number("unknown_value") : -1;
        double missing = encoder.number("encoded_missing_value", Double.NaN);
        List<Tensor> parts = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Categories categories = columns.get(i);
            Tensor hot = hot(ops, categories, x.column(i));
            double[] codes = new double[categories.codes().length];
            int nan = -1;
            for (int c = 0; c < codes.length; c++) {
                codes[c] = categories.codes()[c];
                if (categories.values().get(c) instanceof Double d && d.isNaN()) {
                    nan = c;
                    codes[c] = Double.isNaN(missing) ? 0 : missing;
                }
            }
            Tensor found = ops.compare("Greater", ops.max(hot, true), ops.scalar(0));
            Tensor code = ops.matmul(hot, ops.weights(codes, codes.length, 1));
            Tensor result = ops.where(found, code, ops.scalar(unknown));
            if (nan >= 0 && Double.isNaN(missing)) {
                Tensor is = ops.compare("Greater", ops.columns(hot, nan), ops.scalar(0));
                result = ops.where(is, ops.scalar(Double.NaN), result);
            }
            parts.add(result);
        }
        return Features.of(ops, ops.concat(parts));
    }

    private static Features bins(Emission to, PickledObject discretizer, Features x) {
        Ops ops = to.ops;
        List<Matrix> edges = Matrix.list(discretizer, "bin_edges_");
        List<Tensor> parts = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            double[] all = edges.get(i).values();
            Tensor column = x.column(i);
            Tensor code;
            if (all.length <= 2) {
                code = ops.mul(column, ops.scalar(0));
            } else {
                double[] inner = Arrays.copyOfRange(all, 1, all.length - 1);
                for (int e = 0; e < inner.length && ops.type == ElementType.FLOAT32; e++) {
                    // the smallest 32-bit float that is not below the edge
                    float near = (float) inner[e];
                    inner[e] = near < inner[e] ? Math.nextUp(near) : near;
                }
                code = ops.sum(ops.asNumber(ops.compare("GreaterOrEqual", column, ops.row(inner))), 1, true);
            }
            if (discretizer.text("encode").startsWith("onehot")) {
                double[] codes =
                        IntStream.range(0, all.length - 1).asDoubleStream().toArray();
                code = ops.asNumber(ops.compare("Equal", code, ops.row(codes)));
            }
            parts.add(code);
        }
        return Features.of(ops, ops.concat(parts));
    }

    private static Features imputer(Emission to, PickledObject imputer, Features x) {
        Ops ops = to.ops;
        List<?> statistics = imputer.list("statistics_");
        List<Features> parts = new ArrayList<>();
        for (int i = 0; i < statistics.size(); i++) {
            Tensor column = x.column(i);
            if (statistics.get(i) instanceof String word) {
                parts.add(Features.of(ops, filled(to, imputer, column, word)));
                continue;
            }
            double value = ((Number) Wrappers.present(statistics.get(i))).doubleValue();
            if (!Double.isNaN(value)) {
                parts.add(Features.of(ops, ops.where(missing(ops, imputer, column), ops.scalar(value), column)));
            }
        }
        if (imputer.flag("add_indicator", false) && imputer.has("indicator_")) {
            parts.add(indicators(ops, imputer.object("indicator_"), x));
        }
        return Features.concat(ops, parts);
    }

    private static Tensor filled(Emission to, PickledObject imputer, Tensor column, String word) {
        if (!(imputer.get("missing_values") instanceof String missing)) {
            to.warnings.add("text cannot be NaN in ONNX: SimpleImputer leaves columns of text as they are");
            return column;
        }
        Ops ops = to.ops;
        Tensor is = ops.graph.mlNode(
                "LabelEncoder",
                ElementType.INT64,
                column.shape(),
                List.of(column),
                Attribute.ofStrings("keys_strings", List.of(missing)),
                Attribute.of("values_int64s", new long[] {1}),
                Attribute.of("default_int64", 0));
        Tensor truth = ops.graph.cast(is, ElementType.BOOL);
        Tensor fill = ops.graph.strings(io.mlaas.onnx.graph.Shape.of(1, 1), List.of(word));
        return ops.graph.node("Where", ElementType.STRING, column.shape(), List.of(truth, fill, column));
    }

    private static Tensor missing(Ops ops, PickledObject imputer, Tensor column) {
        double missing = imputer.number("missing_values", Double.NaN);
        return Double.isNaN(missing)
                ? ops.graph.node("IsNaN", ElementType.BOOL, column.shape(), List.of(column))
                : ops.compare("Equal", column, ops.scalar(missing));
    }

    static Features indicators(Ops ops, PickledObject indicator, Features x) {
        int[] columns = indicator.array("features_").ints();
        if (columns.length == 0) {
            return new Features(ops, List.of());
        }
        Tensor chosen = x.select(columns).numbers();
        if (chosen.type() == ElementType.STRING) {
            throw new TranslationRefused(Reason.UNSUPPORTED_CODE, "MissingIndicator of text");
        }
        return Features.of(ops, ops.asNumber(missing(ops, indicator, chosen)));
    }
}
