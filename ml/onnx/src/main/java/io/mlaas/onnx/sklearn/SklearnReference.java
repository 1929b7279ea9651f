package io.mlaas.onnx.sklearn;

import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.parity.Reference;
import io.mlaas.onnx.pickle.PickledObject;
import io.mlaas.onnx.runtime.NamedTensors;
import io.mlaas.onnx.runtime.TypedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The decoded estimator, evaluated in 64-bit floats. */
record SklearnReference(PickledObject model, InputColumns columns, boolean predicts) implements Reference {
    @Override
    public String engine() {
        return "mlaas evaluator of scikit-learn estimators, float64";
    }

    @Override
    public NamedTensors run(NamedTensors inputs) {
        Table table = table(inputs);
        Map<String, TypedTensor> outputs = new LinkedHashMap<>();
        if (!predicts) {
            outputs.put("variable", variable(Evaluation.transform(model, table)));
            return new NamedTensors(outputs);
        }
        Outcome outcome = Evaluation.predict(model, table);
        if (outcome.values().length > 0) {
            outputs.put("variable", matrix(outcome.values()));
            return new NamedTensors(outputs);
        }
        if (!outcome.each().isEmpty()) {
            return severalLabels(outcome);
        }
        outputs.put("label", labels(outcome));
        double[][] probabilities = probabilities(outcome);
        if (probabilities.length > 0) {
            boolean scored = !outcome.hasProbabilities() && outcome.classes().isEmpty();
            outputs.put(scored ? "scores" : "probabilities", matrix(probabilities));
        }
        return new NamedTensors(outputs);
    }

    private NamedTensors severalLabels(Outcome outcome) {
        List<TypedTensor> columns = outcome.each().stream().map(this::labels).toList();
        int targets = columns.size();
        int rows = columns.getFirst().size();
        Map<String, TypedTensor> outputs = new LinkedHashMap<>();
        if (columns.getFirst().isText()) {
            String[] all = new String[rows * targets];
            Arrays.setAll(all, i -> columns.get(i % targets).text(i / targets));
            outputs.put("label", TypedTensor.strings(all, rows, targets));
        } else {
            long[] all = new long[rows * targets];
            Arrays.setAll(all, i -> (long) columns.get(i % targets).number(i / targets));
            outputs.put("label", TypedTensor.int64(all, rows, targets));
        }
        if (outcome.hasProbabilities()) {
            outputs.put("probabilities", matrix(outcome.probabilities()));
            return new NamedTensors(outputs);
        }
        for (int i = 0; i < targets; i++) {
            outputs.put(
                    "probabilities_" + i, matrix(probabilities(outcome.each().get(i))));
        }
        return new NamedTensors(outputs);
    }

    /** Scores in their place where there are none. */
    private static double[][] probabilities(Outcome outcome) {
        boolean negated = !outcome.hasProbabilities()
                && outcome.hasScores()
                && !outcome.classes().isEmpty();
        return outcome.hasProbabilities()
                ? outcome.probabilities()
                : negated
                        ? Evaluation.eachRow(outcome.scores(), s -> s.length == 1 ? new double[] {-s[0], s[0]} : s)
                        : outcome.scores();
    }

    private TypedTensor labels(Outcome outcome) {
        int[] index = outcome.index();
        List<Object> classes = outcome.classes();
        if (!classes.isEmpty() && Labels.areText(classes)) {
            return TypedTensor.strings(
                    Arrays.stream(index).mapToObj(i -> (String) classes.get(i)).toArray(String[]::new), index.length);
        }
        long[] labels = Arrays.stream(index)
                .mapToLong(i -> classes.isEmpty() ? i : (Long) classes.get(i))
                .toArray();
        // outliers are marked in a column, clusters are numbered in a row
        boolean column = classes.isEmpty()
                && outcome.hasScores()
                && outcome.scores()[0].length == 1
                && Arrays.stream(index).allMatch(i -> i == 1 || i == -1);
        return column ? TypedTensor.int64(labels, index.length, 1) : TypedTensor.int64(labels, index.length);
    }

    private static TypedTensor matrix(double[][] rows) {
        int width = rows.length == 0 ? 0 : rows[0].length;
        double[] values = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
        return TypedTensor.float64(values, rows.length, width);
    }

    private static TypedTensor variable(Table table) {
        if (table.columns().stream().noneMatch(c -> c instanceof String[])) {
            return matrix(table.numbers());
        }
        String[] texts = new String[table.rows() * table.width()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = table.texts(i % table.width())[i / table.width()];
        }
        return TypedTensor.strings(texts, table.rows(), table.width());
    }

    private Table table(NamedTensors inputs) {
        int rows = inputs.samples();
        List<Object> values = new ArrayList<>();
        inputs.tensors().forEach((name, tensor) -> {
            int width = tensor.width();
            for (int column = 0; column < width; column++) {
                int at = column;
                if (tensor.isText()) {
                    String[] texts = new String[rows];
                    Arrays.setAll(texts, row -> tensor.text(row * width + at));
                    values.add(texts);
                } else {
                    double[] numbers = new double[rows];
                    Arrays.setAll(numbers, row -> tensor.number(row * width + at));
                    values.add(numbers);
                }
            }
        });
        return new Table(rows, values);
    }

    /** Rows as the inputs of the translated model. */
    static NamedTensors tensors(InputColumns columns, ElementType type, double[][] numbers, String[][] texts) {
        int rows = numbers.length;
        int width = columns.columns().size();
        if (columns.allNumbers()) {
            return NamedTensors.of(
                    "X",
                    TypedTensor.numbers(
                            type,
                            Arrays.stream(numbers)
                                    .flatMapToDouble(Arrays::stream)
                                    .toArray(),
                            rows,
                            width));
        }
        if (columns.allText()) {
            return NamedTensors.of(
                    "X",
                    TypedTensor.strings(
                            Arrays.stream(texts).flatMap(Arrays::stream).toArray(String[]::new), rows, width));
        }
        Map<String, TypedTensor> all = new LinkedHashMap<>();
        for (int i = 0; i < width; i++) {
            int at = i;
            all.put(
                    columns.names().get(i),
                    columns.columns().get(i).text
                            ? TypedTensor.strings(
                                    Arrays.stream(texts).map(row -> row[at]).toArray(String[]::new), rows, 1)
                            : TypedTensor.numbers(
                                    type,
                                    Arrays.stream(numbers)
                                            .mapToDouble(row -> row[at])
                                            .toArray(),
                                    rows,
                                    1));
        }
        return new NamedTensors(all);
    }
}
