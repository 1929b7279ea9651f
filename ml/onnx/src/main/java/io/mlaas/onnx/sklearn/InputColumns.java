package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.pickle.NdArray;
import io.mlaas.onnx.pickle.PickledObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The columns that a fitted estimator takes.
 *
 * @param names as in the table it was fitted on; {@code x0}, {@code x1} … where it had none
 * @param columns by column, whether it is text, and numbers and texts at which the estimator changes its mind
 */
record InputColumns(List<String> names, List<Column> columns) {
    private static final int MAX_DEPTH = 40;
    private static final int MAX_COLUMNS = 1_000_000;
    private static final List<String> INSIDE = List.of(
            "steps",
            "transformer_list",
            "estimators_",
            "calibrated_classifiers_",
            "estimator",
            "base_estimator",
            "best_estimator_",
            "estimator_",
            "regressor_");

    /** What is known of one column. */
    static final class Column {
        boolean text;
        boolean missing;
        final Set<Double> numbers = new LinkedHashSet<>();
        final Set<String> words = new LinkedHashSet<>();

        /** What a row may hold that is not about this column. */
        Object usual() {
            return text
                    ? words.stream().findFirst().orElse("")
                    : numbers.stream().filter(n -> !n.isNaN()).findFirst().orElse(0.0);
        }

        void around(double value) {
            if (Double.isFinite(value)) {
                float near = (float) value;
                numbers.add((double) near);
                numbers.add((double) Math.nextUp(near));
                numbers.add((double) Math.nextDown(near));
            }
        }
    }

    static InputColumns of(PickledObject model) {
        int width = width(model, 0)
                .orElseThrow(() -> new TranslationRefused(
                        Reason.UNKNOWN_INPUT, model.simpleName() + " does not say how many columns it takes"));
        if (width < 1 || width > MAX_COLUMNS) {
            throw new TranslationRefused(Reason.DAMAGED, "columns: " + width + " (expected: 1 to " + MAX_COLUMNS + ")");
        }
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            columns.add(new Column());
        }
        look(model, columns, 0);
        List<String> names = names(model, 0);
        if (names.size() != width) {
            names = IntStream.range(0, width).mapToObj(i -> "x" + i).toList();
        }
        return new InputColumns(names, columns);
    }

    boolean allNumbers() {
        return columns.stream().noneMatch(c -> c.text);
    }

    boolean allText() {
        return columns.stream().allMatch(c -> c.text);
    }

    /** A row that is nothing special. */
    Table usual() {
        return new Table(
                1,
                columns.stream()
                        .map(c -> c.usual() instanceof String word
                                ? (Object) new String[] {word}
                                : new double[] {(Double) c.usual()})
                        .toList());
    }

    boolean missing() {
        return columns.stream().anyMatch(c -> c.missing);
    }

    private static List<PickledObject> inside(PickledObject model) {
        return inside(model, INSIDE);
    }

    static List<PickledObject> inside(PickledObject model, List<String> attributes) {
        List<PickledObject> found = new ArrayList<>();
        for (String attribute : attributes) {
            Object value = model.get(attribute);
            if (value instanceof PickledObject object) {
                found.add(object);
            } else if (value instanceof List<?> || (value instanceof NdArray array && array.isObjects())) {
                for (Object element : model.list(attribute)) {
                    if (element instanceof PickledObject object) {
                        found.add(object);
                    } else if (element instanceof List<?> named
                            && named.size() > 1
                            && named.get(1) instanceof PickledObject object) {
                        found.add(object);
                    }
                }
            }
        }
        return found;
    }

    private static OptionalInt width(PickledObject model, int depth) {
        if (TextNodes.NAMES.contains(model.simpleName())) {
            return OptionalInt.of(1);
        }
        if (model.has("n_features_in_")) {
            return OptionalInt.of(model.integer("n_features_in_"));
        }
        if (depth > MAX_DEPTH) {
            return OptionalInt.empty();
        }
        for (PickledObject part : inside(model)) {
            OptionalInt width = width(part, depth + 1);
            if (width.isPresent()) {
                return width;
            }
        }
        if (isOfLabels(model)) {
            return OptionalInt.of(1);
        }
        if (model.get("X_thresholds_") instanceof NdArray) {
            return OptionalInt.of(1);
        }
        return model.get("coef_") instanceof NdArray weights && weights.rank() > 0
                ? OptionalInt.of(weights.size(weights.rank() - 1))
                : OptionalInt.empty();
    }

    /** They take a column of labels and do not say so. */
    private static boolean isOfLabels(PickledObject model) {
        return List.of("LabelEncoder", "LabelBinarizer").contains(model.simpleName());
    }

    private static List<String> names(PickledObject model, int depth) {
        if (model.has("feature_names_in_")) {
            return model.list("feature_names_in_").stream().map(String::valueOf).toList();
        }
        List<PickledObject> parts = depth > MAX_DEPTH ? List.of() : inside(model);
        return parts.isEmpty() ? List.of() : names(parts.getFirst(), depth + 1);
    }

    /** Follows the columns to the first estimator that makes something else of them. */
    private static void look(PickledObject outer, List<Column> columns, int depth) {
        PickledObject model = Wrappers.unwrapped(outer);
        if (depth > MAX_DEPTH) {
            return;
        }
        switch (model.simpleName()) {
            case "Pipeline" -> {
                for (PickledObject step : Wrappers.steps(model)) {
                    look(step, columns, depth + 1);
                    if (!step.simpleName().equals("SimpleImputer") || step.flag("add_indicator", false)) {
                        break;
                    }
                }
            }
            case "ColumnTransformer", "FeatureUnion" -> {
                for (ColumnChoice choice : ColumnChoice.of(model, columns.size())) {
                    List<Column> some = IntStream.of(choice.columns())
                            .mapToObj(columns::get)
                            .toList();
                    PickledObject transformer = choice.transformer();
                    if (transformer != null) {
                        look(transformer, some, depth + 1);
                    }
                }
            }
            case "OneHotEncoder", "OrdinalEncoder", "TargetEncoder", "LabelEncoder", "LabelBinarizer" -> {
                List<Categories> all = isOfLabels(model) ? List.of(Categories.ofLabels(model)) : Categories.of(model);
                for (int i = 0; i < Math.min(all.size(), columns.size()); i++) {
                    Column column = columns.get(i);
                    column.text |= all.get(i).text();
                    for (Object value : all.get(i).values()) {
                        if (value instanceof String word) {
                            column.words.add(word);
                        } else if (value instanceof Double number) {
                            column.numbers.add(number);
                            column.missing |= number.isNaN();
                        }
                    }
                }
            }
            case "CountVectorizer", "TfidfVectorizer", "HashingVectorizer" -> {
                columns.getFirst().text = true;
                columns.getFirst().words.addAll(Vocabulary.of(model).samples());
            }
            case "SimpleImputer" -> {
                List<?> statistics = model.list("statistics_");
                for (int i = 0; i < Math.min(statistics.size(), columns.size()); i++) {
                    Column column = columns.get(i);
                    if (statistics.get(i) instanceof String word) {
                        column.text = true;
                        column.words.add(word);
                    } else if (Double.isNaN(model.number("missing_values", Double.NaN))) {
                        column.missing = true;
                        column.numbers.add(Double.NaN);
                    } else {
                        column.numbers.add(model.number("missing_values"));
                    }
                }
            }
            case "KBinsDiscretizer" -> {
                List<Matrix> edges = Matrix.list(model, "bin_edges_");
                for (int i = 0; i < Math.min(edges.size(), columns.size()); i++) {
                    for (double edge : edges.get(i).values()) {
                        columns.get(i).around(edge);
                    }
                }
            }
            case "KNNImputer",
                    "IterativeImputer",
                    "HistGradientBoostingClassifier",
                    "HistGradientBoostingRegressor" -> {
                columns.forEach(c -> c.missing = true);
                if (model.get("_preprocessor") instanceof PickledObject own) {
                    look(own, columns, depth + 1);
                }
            }
            case "Binarizer" -> columns.forEach(c -> c.around(model.number("threshold")));
            case "StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler" -> {
                for (String ends : List.of("mean_", "center_", "data_min_", "data_max_", "max_abs_")) {
                    if (model.has(ends)) {
                        double[] values = Matrix.of(model, ends).values();
                        for (int i = 0; i < Math.min(values.length, columns.size()); i++) {
                            columns.get(i).around(values[i]);
                        }
                    }
                }
            }
            default -> inside(model).forEach(part -> look(part, columns, depth + 1));
        }
    }
}
