package io.mlaas.learning.inference;

import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tensors as the rows of a learner: one per input, named like it, or a single one of all inputs if they are numbers, of
 * shape batch × inputs.
 */
final class TensorRows {
    private final Schema schema;

    TensorRows(Schema schema) {
        this.schema = schema;
    }

    /** @return {@code rows × schema.width()} values */
    double[] rows(List<InferenceTensor> tensors) {
        if (tensors.isEmpty()) {
            throw new InferenceException("inputs: none (expected: " + names() + ")");
        }
        int rows = tensors.getFirst().rows();
        for (InferenceTensor tensor : tensors) {
            if (tensor.rows() != rows) {
                throw new InferenceException(tensor.name() + ": " + tensor.rows() + " rows (expected: " + rows + ", as "
                        + tensors.getFirst().name() + ")");
            }
        }
        return isOneOfAllNumbers(tensors) ? numbers(tensors.getFirst()) : named(tensors, rows);
    }

    private boolean isOneOfAllNumbers(List<InferenceTensor> tensors) {
        InferenceTensor only = tensors.getFirst();
        return tensors.size() == 1
                && schema.inputs().stream().noneMatch(Input.Nominal.class::isInstance)
                && (schema.inputs().size() == 1
                        || schema.inputs().stream()
                                .noneMatch(input -> input.name().equals(only.name())));
    }

    private double[] numbers(InferenceTensor tensor) {
        if (tensor.rows() > 0 && tensor.width() != schema.width()) {
            throw new InferenceException(
                    tensor.name() + ": " + tensor.width() + " values a row (expected: " + schema.width() + ")");
        }
        requireNumbers(tensor);
        return tensor.numbers();
    }

    private double[] named(List<InferenceTensor> tensors, int rows) {
        Map<String, InferenceTensor> byName = tensors.stream()
                .collect(Collectors.toMap(InferenceTensor::name, Function.identity(), (a, b) -> {
                    throw new InferenceException(a.name() + ": sent twice");
                }));
        double[] values = new double[rows * schema.width()];
        int at = 0;
        for (Input input : schema.inputs()) {
            InferenceTensor tensor = byName.remove(input.name());
            if (tensor == null || (rows > 0 && tensor.width() != input.width())) {
                throw new InferenceException(input.name() + ": " + (tensor == null ? "missing" : tensor.width())
                        + " (expected: " + input.width() + " values a row)");
            }
            double[] column = column(input, tensor);
            for (int i = 0; i < column.length; i++) {
                values[i / input.width() * schema.width() + at + i % input.width()] = column[i];
            }
            at += input.width();
        }
        if (!byName.isEmpty()) {
            throw new InferenceException(
                    byName.keySet().iterator().next() + ": unknown (expected: one of " + names() + ")");
        }
        return values;
    }

    private static double[] column(Input input, InferenceTensor tensor) {
        if (input instanceof Input.Nominal nominal && tensor.type() == DataType.BYTES) {
            return tensor.texts().stream()
                    .mapToDouble(text -> index(nominal, text))
                    .toArray();
        }
        requireNumbers(tensor);
        return tensor.numbers();
    }

    private static int index(Input.Nominal nominal, String text) {
        int index = nominal.values().indexOf(text);
        if (index < 0) {
            throw new InferenceException(nominal.name() + ": " + text + " (expected: one of " + nominal.values() + ")");
        }
        return index;
    }

    private static void requireNumbers(InferenceTensor tensor) {
        if (tensor.type() == DataType.BYTES) {
            throw new InferenceException(tensor.name() + ": datatype: BYTES (expected: numbers)");
        }
    }

    private List<String> names() {
        return schema.inputs().stream().map(Input::name).toList();
    }
}
