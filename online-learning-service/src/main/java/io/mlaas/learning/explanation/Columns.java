package io.mlaas.learning.explanation;

import io.mlaas.explanation.Attribution.Contribution;
import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The numbers that models are given for a row: a number or the elements of a tensor as they are, a nominal value as a
 * column for each that there is, of which its own is 1 and the others are 0.
 */
final class Columns {
    private final Schema schema;

    Columns(Schema schema) {
        this.schema = schema;
    }

    int count() {
        return IntStream.range(0, schema.width()).map(this::columns).sum();
    }

    private int columns(int value) {
        return Math.max(1, schema.values(value));
    }

    /** @param inputs of {@code rows}, row after row */
    double[][] encode(int rows, double[] inputs) {
        double[][] encoded = new double[rows][];
        for (int row = 0; row < rows; row++) {
            encoded[row] = encode(inputs, row * schema.width());
        }
        return encoded;
    }

    double[] encode(double[] inputs, int from) {
        double[] encoded = new double[count()];
        int next = 0;
        for (int i = 0; i < schema.width(); i++) {
            double value = inputs[from + i];
            if (schema.values(i) == 0) {
                encoded[next] = value;
            } else {
                encoded[next + (int) value] = 1;
            }
            next += columns(i);
        }
        return encoded;
    }

    /** By the names of the inputs: of a number and a nominal value a number, of a tensor nested lists. */
    Map<String, Object> byInput(double[] contributions) {
        Map<String, Object> byInput = new LinkedHashMap<>();
        int next = 0;
        for (Input input : schema.inputs()) {
            int columns = columns(input);
            byInput.put(
                    input.name(),
                    input instanceof Input.Tensor tensor
                            ? nested(contributions, next, columns, tensor.shape())
                            : sum(contributions, next, columns));
            next += columns;
        }
        return byInput;
    }

    /** Of each tensor what its first axis' indices, such as steps of time, speak for and against. */
    Map<String, List<Contribution>> bySteps(double[] contributions) {
        Map<String, List<Contribution>> bySteps = new LinkedHashMap<>();
        int next = 0;
        for (Input input : schema.inputs()) {
            int columns = columns(input);
            if (input instanceof Input.Tensor tensor) {
                int steps = tensor.shape().getFirst();
                bySteps.put(input.name(), steps(contributions, next, steps, columns / steps));
            }
            next += columns;
        }
        return bySteps;
    }

    private static int columns(Input input) {
        return input instanceof Input.Nominal nominal ? nominal.values().size() : input.width();
    }

    private static double sum(double[] numbers, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += numbers[i];
        }
        return sum;
    }

    private static List<Contribution> steps(double[] contributions, int from, int steps, int size) {
        List<Contribution> sums = new ArrayList<>(steps);
        for (int step = 0; step < steps; step++) {
            double positive = 0;
            double negative = 0;
            for (int i = from + step * size; i < from + (step + 1) * size; i++) {
                positive += Math.max(0, contributions[i]);
                negative += Math.min(0, contributions[i]);
            }
            sums.add(new Contribution(positive, negative));
        }
        return sums;
    }

    private static Object nested(double[] numbers, int from, int count, List<Integer> shape) {
        if (shape.isEmpty()) {
            return numbers[from] + 0.0; // -0.0 is 0
        }
        int size = count / shape.getFirst();
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < shape.getFirst(); i++) {
            list.add(nested(numbers, from + i * size, size, shape.subList(1, shape.size())));
        }
        return list;
    }
}
