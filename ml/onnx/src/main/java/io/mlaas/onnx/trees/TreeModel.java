package io.mlaas.onnx.trees;

import io.mlaas.onnx.ModelSource;
import io.mlaas.onnx.OnnxTranslation;
import io.mlaas.onnx.SourceModel;
import io.mlaas.onnx.TranslationOptions;
import io.mlaas.onnx.TranslationRefused;
import io.mlaas.onnx.TranslationRefused.Reason;
import io.mlaas.onnx.Unsupported;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import io.mlaas.onnx.parity.InputDomain;
import io.mlaas.onnx.parity.Reference;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A boosted model: its input is {@code X}, rows of features with NaN where a value is missing. A regressor's output is
 * {@code variable} of shape (rows, targets); a classifier's are {@code label} of shape (rows) and {@code probabilities} of
 * shape (rows, classes), the classes being 0, 1, ….
 *
 * @param classifies whether the scores are those of classes; one score is that of class 1 of two
 * @param slope of a sigmoid
 * @param features names of the columns, if the file has them
 */
record TreeModel(
        ModelSource source,
        Scores scores,
        boolean classifies,
        Link link,
        double slope,
        List<String> features,
        SortedMap<String, Integer> operators,
        List<String> warnings,
        List<Unsupported> unsupported)
        implements SourceModel {
    private static final String INPUT = "X";
    private static final int BOUNDARY_ROWS = 1000;

    @Override
    public OnnxTranslation translate(TranslationOptions options) {
        if (!unsupported.isEmpty()) {
            Unsupported first = unsupported.getFirst();
            throw new TranslationRefused(
                    Reason.UNSUPPORTED_OPERATOR, first.where() + ": " + first.what() + " has no translation");
        }
        options.inputShape().ifPresent(shape -> {
            if (!shape.equals(List.of(scores.columns()))) {
                throw new TranslationRefused(
                        Reason.UNSUPPORTED_OPTION,
                        "input shape: " + shape + " (expected: [" + scores.columns() + "], as the model has)");
            }
        });
        OnnxGraph graph = new OnnxGraph(options.opset());
        List.of("variable", "label", "probabilities").forEach(graph::reserve);
        Dim rows = options.dynamicBatch() ? Dim.symbol("batch") : Dim.of(1);
        Tensor x = graph.input(
                INPUT,
                options.inputType().orElse(options.floatType()),
                new Shape(List.of(rows, Dim.of(scores.columns()))));
        graph.locate("", "");
        Tensor sums = scores.emit(graph, x, options.floatType());
        return OnnxTranslation.of(
                graph,
                source.format(),
                classifies ? classes(graph, sums) : Map.of("variable", link.emit(graph, sums, slope)),
                source,
                new TreeMap<>(operators),
                notes(options),
                Map.of(INPUT, InputDomain.of(List.of(scores.columns())).withMissing()),
                Optional.of(classifies ? "classification" : "regression"),
                Optional.empty());
    }

    private Map<String, Tensor> classes(OnnxGraph graph, Tensor sums) {
        Shape labels = new Shape(List.of(sums.size(0)));
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        Tensor linked = link.emit(graph, sums, slope);
        if (scores.outputs() == 1) {
            Tensor positive =
                    graph.node("Greater", ElementType.BOOL, sums.shape(), List.of(sums, graph.scalar(sums.type(), 0)));
            outputs.put("label", graph.reshape(graph.cast(positive, ElementType.INT64), labels));
            Tensor other = graph.node("Sub", sums.type(), sums.shape(), List.of(graph.scalar(sums.type(), 1), linked));
            outputs.put(
                    "probabilities",
                    graph.node(
                            "Concat",
                            sums.type(),
                            sums.shape().with(1, Dim.of(2)),
                            List.of(other, linked),
                            Attribute.of("axis", 1)));
        } else {
            outputs.put(
                    "label",
                    graph.node(
                            "ArgMax",
                            ElementType.INT64,
                            labels,
                            List.of(sums),
                            Attribute.of("axis", 1),
                            Attribute.of("keepdims", 0)));
            outputs.put("probabilities", linked);
        }
        return outputs;
    }

    private List<String> notes(TranslationOptions options) {
        List<String> notes = new ArrayList<>(warnings);
        if (scores.deciding().isEmpty()) {
            return notes;
        }
        TreeEnsemble ensemble = scores.deciding().get();
        long flips = ensemble.inexactThresholds();
        boolean wide = options.inputType().filter(ElementType.FLOAT64::equals).isPresent();
        if (flips > 0 && !options.float64() && !wide) {
            notes.add(flips
                    + " thresholds are no 32-bit floats; they were rounded so that inputs of 32 bits are decided as"
                    + " before. An input of 64 bits between a threshold and a neighbouring 32-bit float may be decided"
                    + " differently once it is rounded; a translation with float64 decides it as before");
        }
        if (!options.float64() && TreeOperator.addsInDouble(ensemble)) {
            notes.add("thresholds are compared and leaves are added in 64 bits: 32 bits would lose up to "
                    + String.format(java.util.Locale.ROOT, "%.1e", ensemble.largestSum() * Math.ulp(1f)) + " per leaf");
        }
        return notes;
    }

    @Override
    public Optional<Reference> reference() {
        return Optional.of(new Reference() {
            @Override
            public NamedTensors run(NamedTensors inputs) {
                return evaluate(inputs.get(INPUT));
            }

            @Override
            public String engine() {
                return "mlaas tree evaluator (float64)";
            }
        });
    }

    private NamedTensors evaluate(TypedTensor x) {
        int rows = x.samples();
        int outputs = scores.outputs();
        int width = classifies && outputs == 1 ? 2 : outputs;
        double[] values = new double[rows * width];
        long[] labels = new long[rows];
        double[] row = new double[scores.columns()];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < row.length; j++) {
                row[j] = x.number(i * row.length + j);
            }
            double[] sums = scores.sums(row);
            labels[i] = outputs == 1 ? (sums[0] > 0 ? 1 : 0) : largest(sums);
            link.apply(slope, sums);
            if (width > outputs) {
                values[2 * i] = 1 - sums[0];
                values[2 * i + 1] = sums[0];
            } else {
                System.arraycopy(sums, 0, values, i * width, width);
            }
        }
        TypedTensor predicted = TypedTensor.float64(values, rows, width);
        return classifies
                ? NamedTensors.of("label", TypedTensor.int64(labels, rows), "probabilities", predicted)
                : NamedTensors.of("variable", predicted);
    }

    private static int largest(double... values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[largest]) {
                largest = i;
            }
        }
        return largest;
    }

    @Override
    public List<NamedTensors> boundaryInputs() {
        return scores.deciding()
                .map(trees -> List.of(rows(ElementType.FLOAT32, Boundaries.rows(trees, false, BOUNDARY_ROWS))))
                .orElse(List.of());
    }

    @Override
    public List<NamedTensors> unroundedInputs() {
        return scores.deciding()
                .filter(trees -> trees.inexactThresholds() > 0)
                .map(trees -> List.of(rows(ElementType.FLOAT64, Boundaries.rows(trees, true, BOUNDARY_ROWS))))
                .orElse(List.of());
    }

    private NamedTensors rows(ElementType type, List<double[]> rows) {
        double[] values = rows.stream().flatMapToDouble(Arrays::stream).toArray();
        return NamedTensors.of(INPUT, TypedTensor.numbers(type, values, rows.size(), scores.columns()));
    }
}
