package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledGlobal;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ensembles of trees in a model and follows each of their columns back through the transformers to a column of
 * the input, where each step on the way can be inverted column by column.
 */
final class Tracing {
    private static final int MAX_DEPTH = 40;
    private static final Set<String> EXACT =
            Set.of("OneHotEncoder", "OrdinalEncoder", "KBinsDiscretizer", "Binarizer", "MissingIndicator");
    private static final Map<String, Origin.Scalar> INVERSES = Map.ofEntries(
            Map.entry("log", Math::exp),
            Map.entry("log1p", Math::expm1),
            Map.entry("log2", v -> Math.pow(2, v)),
            Map.entry("log10", v -> Math.pow(10, v)),
            Map.entry("exp", Math::log),
            Map.entry("expm1", Math::log1p),
            Map.entry("sqrt", v -> v * v),
            Map.entry("square", Math::sqrt),
            Map.entry("abs", v -> v),
            Map.entry("absolute", v -> v),
            Map.entry("negative", v -> -v),
            Map.entry("reciprocal", v -> 1 / v));

    private final List<Trees> found = new ArrayList<>();

    private Tracing() {}

    /**
     * An ensemble of trees inside a model.
     *
     * @param origins of its columns, null where there is no single one
     * @param calculated whether its columns are results of floating-point arithmetic rather than inputs
     */
    record Trees(PickledObject estimator, Extension extension, List<@Nullable Origin> origins, boolean calculated) {}

    /** What comes to an estimator. */
    private record Way(List<@Nullable Origin> origins, Table sample, boolean calculated) {}

    /** @param sample a row that the model takes */
    static List<Trees> of(PickledObject model, Table sample) {
        Tracing tracing = new Tracing();
        List<@Nullable Origin> inputs = new ArrayList<>();
        IntStream.range(0, sample.width()).forEach(i -> inputs.add(Origin.input(i)));
        tracing.look(model, new Way(inputs, sample, false), 0);
        return tracing.found;
    }

    private void look(PickledObject outer, Way way, int depth) {
        if (depth > MAX_DEPTH) {
            return;
        }
        PickledObject model = Wrappers.unwrapped(outer);
        Extension extension = Extension.of(model).orElse(null);
        if (extension != null) {
            Way last = model.get("_preprocessor") instanceof PickledObject own ? through(own, way) : way;
            found.add(new Trees(model, extension, last.origins, last.calculated));
        } else if (model.simpleName().equals("Pipeline")) {
            Way value = way;
            List<PickledObject> steps = Wrappers.steps(model);
            for (PickledObject step : steps.subList(0, steps.size() - 1)) {
                value = through(step, value);
            }
            look(steps.getLast(), value, depth + 1);
        } else {
            parts(model).forEach(part -> look(part, way, depth + 1));
            if (model.get("final_estimator_") instanceof PickledObject last) {
                look(last, new Way(List.of(), way.sample, true), depth + 1);
            }
        }
    }

    /** Fitted estimators that take the same columns. */
    private static List<PickledObject> parts(PickledObject model) {
        if (model.simpleName().equals("_CalibratedClassifier")) {
            return List.of(model.object(model.has("estimator") ? "estimator" : "base_estimator"));
        }
        return InputColumns.inside(model, List.of("estimators_", "calibrated_classifiers_", "regressor_"));
    }

    private static Way through(PickledObject outer, Way way) {
        PickledObject transformer = Wrappers.unwrapped(outer);
        Table sample = Evaluation.transform(transformer, way.sample);
        List<@Nullable Origin> origins = origins(transformer, way);
        while (origins.size() < sample.width()) {
            origins.add(null);
        }
        return new Way(origins, sample, way.calculated || calculates(transformer, way.origins.size()));
    }

    /** Whether 32 bits may give another number than 64 bits rounded at the end. */
    private static boolean calculates(PickledObject outer, int width) {
        PickledObject transformer = Wrappers.unwrapped(outer);
        String name = transformer.simpleName();
        return switch (name) {
            case "ColumnTransformer", "FeatureUnion" ->
                ColumnChoice.of(transformer, width).stream().anyMatch(choice -> {
                    PickledObject part = choice.transformer();
                    return choice.weight() != 1 || (part != null && calculates(part, choice.columns().length));
                });
            case "Pipeline" -> Wrappers.steps(transformer).stream().anyMatch(step -> calculates(step, width));
            case "FunctionTransformer" -> !Wrappers.passes(transformer);
            default -> !EXACT.contains(name) && !Selection.NAMES.contains(name);
        };
    }

    private static List<@Nullable Origin> origins(PickledObject transformer, Way way) {
        return switch (transformer.simpleName()) {
            case "Pipeline" -> {
                Way value = way;
                for (PickledObject step : Wrappers.steps(transformer)) {
                    value = through(step, value);
                }
                yield new ArrayList<>(value.origins);
            }
            case "ColumnTransformer", "FeatureUnion" -> sideBySide(transformer, way);
            case "StandardScaler" ->
                linear(way, vector(transformer, "mean_", 0, "with_mean"), vector(transformer, "scale_", 1, ""));
            case "MaxAbsScaler" -> linear(way, i -> 0, vector(transformer, "scale_", 1, ""));
            case "RobustScaler" ->
                linear(way, vector(transformer, "center_", 0, ""), vector(transformer, "scale_", 1, ""));
            case "MinMaxScaler" -> {
                Numbers scale = vector(transformer, "scale_", 1, "");
                Numbers offset = vector(transformer, "min_", 0, "");
                yield each(way, (origin, i) -> origin.behind(v -> (v - offset.at(i)) / scale.at(i)));
            }
            case "PowerTransformer" -> power(transformer, way);
            case "FunctionTransformer" -> function(transformer, way);
            case "Binarizer" -> {
                double threshold = transformer.number("threshold");
                yield each(way, (o, i) -> o.behind(v -> v > 0.5 ? Math.nextUp((float) threshold) : threshold));
            }
            case "OneHotEncoder", "OrdinalEncoder" -> categories(transformer, way);
            case "KBinsDiscretizer" -> bins(transformer, way);
            case "SimpleImputer" -> imputed(transformer, way);
            default ->
                Selection.NAMES.contains(transformer.simpleName())
                        ? chosen(way, Selection.columns(transformer, way.origins.size()))
                        : new ArrayList<>();
        };
    }

    private interface Numbers {
        double at(int column);
    }

    private static Numbers vector(PickledObject scaler, String attribute, double otherwise, String flag) {
        if (!scaler.has(attribute) || (!flag.isEmpty() && !scaler.flag(flag, true))) {
            return i -> otherwise;
        }
        double[] values = Matrix.of(scaler, attribute).values();
        return i -> values[i];
    }

    private interface Step {
        @Nullable
        Origin of(Origin before, int column);
    }

    private static List<@Nullable Origin> each(Way way, Step step) {
        List<@Nullable Origin> after = new ArrayList<>();
        for (int i = 0; i < way.origins.size(); i++) {
            Origin before = way.origins.get(i);
            after.add(before == null ? null : step.of(before, i));
        }
        return after;
    }

    private static List<@Nullable Origin> linear(Way way, Numbers centre, Numbers scale) {
        return each(way, (origin, i) -> origin.behind(v -> v * scale.at(i) + centre.at(i)));
    }

    private static List<@Nullable Origin> chosen(Way way, int... columns) {
        List<@Nullable Origin> chosen = new ArrayList<>();
        for (int column : columns) {
            chosen.add(way.origins.get(column));
        }
        return chosen;
    }

    private static List<@Nullable Origin> sideBySide(PickledObject composite, Way way) {
        List<@Nullable Origin> all = new ArrayList<>();
        for (ColumnChoice choice : ColumnChoice.of(composite, way.origins.size())) {
            Way part = new Way(chosen(way, choice.columns()), way.sample.select(choice.columns()), way.calculated);
            PickledObject transformer = choice.transformer();
            Way after = transformer == null ? part : through(transformer, part);
            List<@Nullable Origin> weighted = linear(after, i -> 0, i -> 1 / choice.weight());
            all.addAll(weighted);
        }
        return all;
    }

    private static List<@Nullable Origin> power(PickledObject transformer, Way way) {
        double[] lambdas = Matrix.of(transformer, "lambdas_").values();
        boolean boxCox = transformer.text("method", "yeo-johnson").equals("box-cox");
        Way raised = new Way(
                each(
                        way,
                        (origin, i) -> origin.behind(v -> boxCox
                                ? root(v, lambdas[i])
                                : v >= 0 ? root(v, lambdas[i]) - 1 : 1 - root(-v, 2 - lambdas[i]))),
                way.sample,
                true);
        if (!transformer.flag("standardize", true)) {
            return raised.origins;
        }
        PickledObject scaler = transformer.object("_scaler");
        return linear(raised, vector(scaler, "mean_", 0, "with_mean"), vector(scaler, "scale_", 1, ""));
    }

    /** The base whose power makes the number. */
    private static double root(double v, double lambda) {
        return Math.abs(lambda) < Math.ulp(1.0) ? Math.exp(v) : Math.pow(v * lambda + 1, 1 / lambda);
    }

    private static List<@Nullable Origin> function(PickledObject transformer, Way way) {
        if (Wrappers.passes(transformer)) {
            return new ArrayList<>(way.origins);
        }
        Origin.Scalar back =
                transformer.get("func") instanceof PickledGlobal global ? INVERSES.get(global.name()) : null;
        return back == null ? new ArrayList<>() : each(way, (origin, i) -> origin.behind(back));
    }

    private static List<@Nullable Origin> categories(PickledObject encoder, Way way) {
        boolean oneHot = encoder.simpleName().equals("OneHotEncoder");
        List<Categories> all = Categories.of(encoder);
        List<@Nullable Origin> after = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            Categories categories = all.get(i);
            Origin before = way.origins.get(i);
            if (!oneHot) {
                after.add(before == null ? null : before.encoded(v -> category(categories, (int) Math.round(v))));
                continue;
            }
            for (int code : categories.kept()) {
                after.add(before == null ? null : before.encoded(v -> v > 0.5 ? category(categories, code) : null));
            }
        }
        return after;
    }

    private static @Nullable Object category(Categories categories, int code) {
        for (int i = 0; i < categories.codes().length; i++) {
            if (categories.codes()[i] == code) {
                return categories.values().get(i);
            }
        }
        return null;
    }

    private static List<@Nullable Origin> bins(PickledObject discretizer, Way way) {
        List<Matrix> edges = Matrix.list(discretizer, "bin_edges_");
        boolean oneHot = discretizer.text("encode").startsWith("onehot");
        List<@Nullable Origin> after = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            double[] all = edges.get(i).values();
            Origin before = way.origins.get(i);
            int columns = oneHot ? all.length - 1 : 1;
            for (int bin = 0; bin < columns; bin++) {
                int own = bin;
                after.add(
                        before == null
                                ? null
                                : before.behind(v -> all[
                                        oneHot
                                                ? v > 0.5 ? own : (own + 1) % (all.length - 1)
                                                : (int) Math.clamp(Math.ceil(v), 0, all.length - 1)]));
            }
        }
        return after;
    }

    private static List<@Nullable Origin> imputed(PickledObject imputer, Way way) {
        List<?> statistics = imputer.list("statistics_");
        List<@Nullable Origin> after = new ArrayList<>();
        for (int i = 0; i < statistics.size(); i++) {
            if (!(statistics.get(i) instanceof Double number) || !number.isNaN()) {
                after.add(way.origins.get(i));
            }
        }
        if (imputer.flag("add_indicator", false)
                && imputer.get("indicator_") instanceof PickledObject indicator
                && indicator.get("features_") instanceof NdArray features) {
            for (int column : features.ints()) {
                Origin before = way.origins.get(column);
                after.add(before == null ? null : before.encoded(v -> v > 0.5 ? Double.NaN : null));
            }
        }
        return after;
    }

    /**
     * Rows of inputs, {@link Double}s and {@link String}s, at which trees change their minds.
     *
     * @param wide whether neighbours of a threshold are 64-bit floats
     */
    static List<Object[]> rows(List<Trees> trees, List<InputColumns.Column> columns, boolean wide, int limit) {
        List<Object[]> rows = new ArrayList<>();
        for (Trees one : trees) {
            for (Boundary boundary : one.extension.boundaries(one.estimator, limit / 3 / trees.size())) {
                rows.addAll(around(one, boundary, columns, wide));
            }
        }
        return rows.size() > limit ? rows.subList(0, limit) : rows;
    }

    private static List<Object[]> around(
            Trees trees, Boundary boundary, List<InputColumns.Column> columns, boolean wide) {
        Origin place = boundary.column() < trees.origins.size() ? trees.origins.get(boundary.column()) : null;
        if (place == null || boundary.row().length != trees.origins.size()) {
            return List.of();
        }
        Object[] row = columns.stream().map(InputColumns.Column::usual).toArray();
        for (int i = 0; i < boundary.row().length; i++) {
            Origin origin = trees.origins.get(i);
            if (origin != null) {
                put(row, origin, origin.inverse().of(boundary.row()[i]));
            }
        }
        List<@Nullable Object> values = new ArrayList<>();
        Object on = place.inverse().of(boundary.row()[boundary.column()]);
        if (on instanceof Double number) {
            values.addAll(neighbours(number, wide));
        } else {
            values.add(on);
            values.add(place.inverse().of(1));
        }
        if (columns.get(place.column()).missing) {
            values.add(Double.NaN);
        }
        List<Object[]> rows = new ArrayList<>();
        for (Object value : values) {
            Object[] copy = row.clone();
            if (put(copy, place, value)) {
                rows.add(copy);
            }
        }
        return rows;
    }

    /** Whether the value is of the column's kind. */
    private static boolean put(Object[] row, Origin origin, @Nullable Object value) {
        boolean fits = value != null && value.getClass() == row[origin.column()].getClass();
        if (fits) {
            row[origin.column()] = (Object) Wrappers.present(value);
        }
        return fits;
    }

    private static List<Double> neighbours(double value, boolean wide) {
        float near = (float) value;
        if (!Float.isFinite(near)) {
            return List.of();
        }
        return wide
                ? List.of(value, Math.nextUp(value), Math.nextDown(value))
                : List.of((double) near, (double) Math.nextUp(near), (double) Math.nextDown(near));
    }
}
