package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.parity.InputDomain;
import io.mlaas.onnx.parity.Reference;
import io.mlaas.onnx.pickle.PickledObject;
import io.mlaas.onnx.runtime.NamedTensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A fitted estimator. Its input is {@code X}, (rows, columns); where some columns are text and some numbers, each column is
 * an input (rows, 1) by its own name. Outputs are named as skl2onnx names them: {@code label} (rows) and
 * {@code probabilities} (rows, classes) of a classifier, scores in their place where it has none; {@code variable} (rows,
 * targets) of a regressor or transformer; {@code label} and {@code scores} of clusters and outliers. A classifier of several
 * targets has {@code label} (rows, targets), and {@code probabilities_0}, {@code probabilities_1} … of each.
 */
final class SklearnModel implements SourceModel {
    private static final int BOUNDARY_ROWS = 2000;
    private static final int THRESHOLD_ROWS = 1000;

    private final PickledObject model;
    private final ModelSource source;
    private final InputColumns columns;

    SklearnModel(PickledObject model, ModelSource source) {
        this.model = model;
        this.source = source;
        this.columns = guarded(() -> InputColumns.of(model));
    }

    static String version(PickledObject model) {
        PickledObject inner = model;
        for (int depth = 0; depth < 20; depth++) {
            if (inner.get("_sklearn_version") instanceof String version) {
                return version;
            }
            inner = Wrappers.unwrapped(inner);
        }
        return "";
    }

    /** Whatever contradicts itself in a decoded object shows in the end as one of these. */
    private static <T> T guarded(Supplier<T> work) {
        try {
            return work.get();
        } catch (IndexOutOfBoundsException
                | ArithmeticException
                | ClassCastException
                | NegativeArraySizeException
                | IllegalArgumentException
                | StackOverflowError e) {
            throw new TranslationRefused(
                    Reason.DAMAGED, "the estimator contradicts itself, or was not fitted: " + e.getMessage(), e);
        }
    }

    @Override
    public OnnxTranslation translate(TranslationOptions options) {
        return guarded(() -> emit(options, calculatesBeforeTrees()));
    }

    /** Whether trees compare what was calculated: in 32 bits it may fall on the other side of a threshold. */
    boolean calculatesBeforeTrees() {
        return trees().stream().anyMatch(Tracing.Trees::calculated);
    }

    private List<Tracing.Trees> trees() {
        return Tracing.of(model, columns.usual());
    }

    /** @param wide whether to calculate in 64 bits even where inputs and outputs have 32 */
    OnnxTranslation emit(TranslationOptions options, boolean wide) {
        int width = columns.columns().size();
        options.inputShape().ifPresent(shape -> {
            if (!shape.equals(List.of(width))) {
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_OPTION,
                        "input shape: " + shape + " (expected: [" + width + "], as the model has)");
            }
        });
        OnnxGraph graph = new OnnxGraph(options.opset());
        List.of("label", "probabilities", "variable", "scores").forEach(graph::reserve);
        SeveralLabelsNodes.names(last()).forEach(graph::reserve);
        ElementType type = options.floatType();
        Emission to = new Emission(graph, wide ? ElementType.FLOAT64 : type, type);
        Dim rows = options.dynamicBatch() ? Dim.symbol("batch") : Dim.of(1);
        Map<String, InputDomain> domains = new LinkedHashMap<>();
        Features x = inputs(to, rows, options.inputType().orElse(type), domains);
        Map<String, Tensor> outputs;
        Optional<String> task = Optional.empty();
        if (Emission.predicts(last())) {
            Prediction prediction = to.predict(model, x);
            outputs = outputs(to.ops, prediction);
            task = !prediction.classes().isEmpty() || !prediction.each().isEmpty()
                    ? Optional.of("classification")
                    : prediction.values() != null ? Optional.of("regression") : Optional.empty();
        } else {
            Features result = to.transform(model, x);
            Tensor variable = result.blocks().stream().allMatch(b -> b.type() == ElementType.STRING)
                    ? to.ops.concat(result.blocks())
                    : result.numbers();
            outputs = Map.of("variable", variable);
        }
        if (wide && !options.float64()) {
            to.warnings.add(
                    "what comes before trees is calculated in 64 bits, as scikit-learn does: in 32 bits rows next"
                            + " to a threshold would be decided differently");
            outputs = rounded(graph, outputs);
        }
        return OnnxTranslation.of(
                graph,
                source.format(),
                outputs,
                source,
                to.used,
                List.copyOf(to.warnings),
                domains,
                task,
                Optional.empty());
    }

    private static Map<String, Tensor> rounded(OnnxGraph graph, Map<String, Tensor> outputs) {
        Map<String, Tensor> rounded = new LinkedHashMap<>(outputs);
        rounded.replaceAll((name, tensor) ->
                tensor.type() == ElementType.FLOAT64 ? graph.cast(tensor, ElementType.FLOAT32) : tensor);
        return rounded;
    }

    private PickledObject last() {
        PickledObject last = Wrappers.unwrapped(model);
        for (int depth = 0; depth < 40 && last.simpleName().equals("Pipeline"); depth++) {
            last = Wrappers.unwrapped(Wrappers.last(last));
        }
        return last;
    }

    private Features inputs(Emission to, Dim rows, ElementType type, Map<String, InputDomain> domains) {
        List<InputColumns.Column> all = columns.columns();
        int width = all.size();
        if (columns.allNumbers() || columns.allText()) {
            boolean text = columns.allText();
            Tensor x =
                    to.ops.graph.input("X", text ? ElementType.STRING : type, new Shape(List.of(rows, Dim.of(width))));
            InputDomain domain = InputDomain.of(List.of(width));
            if (text) {
                domain = domain.withWords(all.stream()
                        .flatMap(c -> c.words.stream())
                        .distinct()
                        .limit(1000)
                        .toList());
            }
            domains.put(x.name(), columns.missing() ? domain.withMissing() : domain);
            return Features.of(to.ops, text ? x : to.ops.asNumber(x));
        }
        List<Tensor> blocks = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            boolean text = all.get(i).text;
            Tensor x = to.ops.graph.input(
                    columns.names().get(i), text ? ElementType.STRING : type, new Shape(List.of(rows, Dim.of(1))));
            InputDomain domain = InputDomain.of(List.of(1)).withWords(List.copyOf(all.get(i).words));
            domains.put(x.name(), all.get(i).missing && !text ? domain.withMissing() : domain);
            blocks.add(text ? x : to.ops.asNumber(x));
        }
        return new Features(to.ops, blocks);
    }

    private static Map<String, Tensor> outputs(Ops ops, Prediction prediction) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        Tensor values = prediction.values();
        if (values != null) {
            outputs.put("variable", values);
            return outputs;
        }
        if (!prediction.each().isEmpty()) {
            return SeveralLabelsNodes.outputs(ops, prediction);
        }
        outputs.put("label", label(ops, prediction));
        boolean scored =
                prediction.probabilities() == null && prediction.classes().isEmpty();
        probabilities(ops, prediction).ifPresent(p -> outputs.put(scored ? "scores" : "probabilities", p));
        return outputs;
    }

    static Tensor label(Ops ops, Prediction prediction) {
        Tensor index = (Tensor) Wrappers.present(prediction.index());
        List<Object> classes = prediction.classes();
        if (classes.isEmpty()) {
            return index;
        }
        Tensor table = Labels.areText(classes)
                ? ops.graph.strings(
                        Shape.of(classes.size()),
                        classes.stream().map(String::valueOf).toList())
                : ops.graph.constant(classes.stream().mapToLong(c -> (Long) c).toArray());
        return ops.lookUp(table, index);
    }

    /** Scores in their place where there are none. */
    static Optional<Tensor> probabilities(Ops ops, Prediction prediction) {
        Tensor probabilities = prediction.probabilities();
        Tensor scores = prediction.scores();
        if (probabilities == null
                && scores != null
                && !prediction.classes().isEmpty()
                && scores.size(1).is(1)) {
            return Optional.of(ops.concat(List.of(ops.unary("Neg", scores), scores)));
        }
        return Optional.ofNullable(probabilities == null ? scores : probabilities);
    }

    @Override
    public Optional<Reference> reference() {
        return Optional.of(new SklearnReference(model, columns, Emission.predicts(last())));
    }

    @Override
    public List<NamedTensors> boundaryInputs() {
        List<InputColumns.Column> all = columns.columns();
        List<List<Object>> special = new ArrayList<>();
        int most = 0;
        for (InputColumns.Column column : all) {
            List<Object> values = new ArrayList<>(column.text ? column.words : column.numbers);
            if (values.isEmpty()) {
                values.add(column.text ? "" : 0.0);
            }
            special.add(values);
            most = Math.max(most, values.size());
        }
        int rows = Math.min(BOUNDARY_ROWS, 2 * most);
        double[][] numbers = new double[rows][all.size()];
        String[][] texts = new String[rows][all.size()];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < all.size(); i++) {
                // the second half pairs the values of columns differently
                List<Object> values = special.get(i);
                Object value = values.get((row + (row >= most ? i : 0)) % values.size());
                texts[row][i] = value instanceof String word ? word : "";
                numbers[row][i] = value instanceof Double number ? number : 0;
            }
        }
        List<NamedTensors> inputs = new ArrayList<>();
        if (rows > 0) {
            inputs.add(tensors(numbers, texts));
        }
        inputs.addAll(atThresholds(false));
        return inputs;
    }

    @Override
    public List<NamedTensors> unroundedInputs() {
        return atThresholds(true);
    }

    private List<NamedTensors> atThresholds(boolean wide) {
        List<Object[]> found = guarded(() -> Tracing.rows(trees(), columns.columns(), wide, THRESHOLD_ROWS));
        double[][] numbers = new double[found.size()][columns.columns().size()];
        String[][] texts = new String[found.size()][columns.columns().size()];
        for (int row = 0; row < numbers.length; row++) {
            for (int i = 0; i < numbers[row].length; i++) {
                texts[row][i] = found.get(row)[i] instanceof String word ? word : "";
                numbers[row][i] = found.get(row)[i] instanceof Double number ? number : 0;
            }
        }
        ElementType type = wide ? ElementType.FLOAT64 : ElementType.FLOAT32;
        return found.isEmpty() ? List.of() : List.of(SklearnReference.tensors(columns, type, numbers, texts));
    }

    /** Rows as the inputs of the translated model. */
    NamedTensors tensors(double[][] numbers, String[][] texts) {
        return SklearnReference.tensors(columns, ElementType.FLOAT32, numbers, texts);
    }

    @Override
    public List<Unsupported> unsupported() {
        return guarded(() -> Unknown.in(model));
    }
}
