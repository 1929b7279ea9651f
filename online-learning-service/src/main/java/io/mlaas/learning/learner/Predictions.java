package io.mlaas.learning.learner;

import io.mlaas.online.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What learners answered.
 *
 * @param values row after row: the numbers of a regression, or the probabilities of the classes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the numbers are not copied
public record Predictions(Schema schema, int rows, double[] values) {

    /** A label of a classification, with the probability of each. */
    record Label(String label, Map<String, Double> probabilities) {}

    /** The last row alone. */
    Predictions last() {
        int width = schema.outputs();
        return new Predictions(schema, 1, Arrays.copyOfRange(values, (rows - 1) * width, rows * width));
    }

    /** Of each row a number, a list of numbers, or a {@link Label}. */
    List<Object> toApi() {
        List<Object> rowsToApi = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            rowsToApi.add(schema.classifies() ? label(row) : numbers(row));
        }
        return rowsToApi;
    }

    /** Of each row of a classification the name of the likeliest class. */
    public List<String> labels() {
        return IntStream.range(0, rows).mapToObj(this::likeliest).toList();
    }

    /** Of each row a number, a list of numbers, or the name of the likeliest class: a number if it is written as one. */
    List<Object> labelsOrNumbers() {
        List<Object> rowsToApi = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            rowsToApi.add(schema.classifies() ? numberIfItIsOne(likeliest(row)) : numbers(row));
        }
        return rowsToApi;
    }

    private Object numbers(int row) {
        int width = schema.outputs();
        if (width == 1) {
            return values[row];
        }
        List<Double> numbers = new ArrayList<>(width);
        for (int i = 0; i < width; i++) {
            numbers.add(values[row * width + i]);
        }
        return numbers;
    }

    private Label label(int row) {
        Map<String, Double> probabilities = new TreeMap<>();
        for (int i = 0; i < schema.outputs(); i++) {
            probabilities.put(schema.target().names().get(i), values[row * schema.outputs() + i]);
        }
        return new Label(likeliest(row), probabilities);
    }

    private String likeliest(int row) {
        int best = 0;
        for (int i = 1; i < schema.outputs(); i++) {
            if (values[row * schema.outputs() + i] > values[row * schema.outputs() + best]) {
                best = i;
            }
        }
        return schema.target().names().get(best);
    }

    private static Object numberIfItIsOne(String name) {
        return name.matches("-?(0|[1-9][0-9]{0,8})") ? (Object) Integer.parseInt(name) : name;
    }
}
