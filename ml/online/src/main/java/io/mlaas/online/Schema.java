package io.mlaas.online;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the rows of a learner are: named inputs and a target. Checks rows before anything is learned from them.
 *
 * <p>Its JSON form: {@code {"inputs": [{"name": "power", "type": "numeric"}, {"name": "phase", "type": "nominal",
 * "values": ["a", "b"]}], "target": {"type": "classification", "classes": ["on", "off"]}}}; a tensor has {@code "shape":
 * [36, 1]}, a regression {@code "outputs": ["power"]}.
 */
public final class Schema {
    /**
     * Largest magnitude of a number: single-precision backends hold it, and no learner's sums of squares overflow. What is
     * larger in a message is a fault of a device.
     */
    public static final double LARGEST = 1e30;

    private static final int NUMBER = 0;
    private static final String FINITE = "a finite number from -1e30 to 1e30";

    private final List<Input> inputs;
    private final Target target;
    private final int[] values; // of each column: how many nominal values, or NUMBER

    /** @throws IllegalArgumentException for no inputs, or two of the same name */
    public Schema(List<Input> inputs, Target target) {
        this.inputs = List.copyOf(inputs);
        this.target = target;
        Set<String> names = new HashSet<>();
        inputs.forEach(input -> names.add(input.name()));
        if (inputs.isEmpty() || names.size() != inputs.size()) {
            throw new IllegalArgumentException("inputs: "
                    + inputs.stream().map(Input::name).toList() + " (expected: one or more, all of different names)");
        }
        this.values = inputs.stream()
                .flatMapToInt(input -> {
                    int[] columns = new int[input.width()];
                    Arrays.fill(
                            columns,
                            input instanceof Input.Nominal nominal
                                    ? nominal.values().size()
                                    : NUMBER);
                    return Arrays.stream(columns);
                })
                .toArray();
    }

    /** Inputs that are all numbers. */
    public static Schema numeric(int inputs, Target target) {
        List<Input> numbers = new ArrayList<>();
        for (int i = 0; i < inputs; i++) {
            numbers.add(new Input.Numeric("x" + i));
        }
        return new Schema(numbers, target);
    }

    public static Schema parse(JsonNode json, String path) {
        return SchemaJson.parse(json, path);
    }

    public ObjectNode toJson() {
        return SchemaJson.write(this);
    }

    public List<Input> inputs() {
        return inputs;
    }

    public Target target() {
        return target;
    }

    /** Values of the inputs of one row. */
    public int width() {
        return values.length;
    }

    /** How many values a nominal column has; 0 for a number. */
    public int values(int column) {
        return values[column];
    }

    /** Values of one prediction: numbers of a regression, classes of a classification. */
    public int outputs() {
        return target.names().size();
    }

    public boolean classifies() {
        return target instanceof Target.Classification;
    }

    /** This schema with one class more. */
    public Schema withClass(String name) {
        List<String> classes = new ArrayList<>(target.names());
        classes.add(name);
        return new Schema(inputs, new Target.Classification(classes));
    }

    /** @throws BatchRefused if a row could not be learned from */
    public void check(Batch batch) {
        checkInputs(batch.rows(), batch.inputs());
        checkLength("targets", batch.targets(), batch.rows(), target.width());
        for (int i = 0; i < batch.targets().length; i++) {
            checkTarget(batch.targets()[i], i);
        }
        double @Nullable [] weights = batch.weights();
        if (weights == null) {
            return;
        }
        checkLength("weights", weights, batch.rows(), 1);
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] >= 0 && weights[i] <= LARGEST)) {
                throw new BatchRefused("row " + i + ": weight: " + weights[i] + " (expected: a number from 0 to 1e30)");
            }
        }
    }

    /** @throws BatchRefused if there are other than {@code rows × width()} values, or one that the inputs do not allow */
    public void checkInputs(int rows, double[] row) {
        checkLength("inputs", row, rows, values.length);
        for (int i = 0, column = 0; i < row.length; i++) {
            double value = row[i];
            if (values[column] == NUMBER ? !finite(value) : !index(value, values[column])) {
                throw refusedInput(i / values.length, column, value);
            }
            column = column + 1 == values.length ? 0 : column + 1;
        }
    }

    private void checkTarget(double value, int i) {
        if (classifies() ? !index(value, outputs()) : !finite(value)) {
            String expected = classifies() ? "the index of a class, 0 to " + (outputs() - 1) : "a finite number";
            throw new BatchRefused(
                    "row " + i / target.width() + ": target: " + value + " (expected: " + expected + ")");
        }
    }

    private static void checkLength(String what, double[] given, int rows, int width) {
        if (rows < 0 || given.length != (long) rows * width) {
            throw new BatchRefused(
                    what + ": " + given.length + " values for " + rows + " rows (expected: " + width + " a row)");
        }
    }

    private BatchRefused refusedInput(int row, int column, double value) {
        int start = 0;
        for (Input input : inputs) {
            if (column < start + input.width()) {
                String place = input.width() == 1 ? input.name() : input.name() + "[" + (column - start) + "]";
                String expected =
                        values[column] == NUMBER ? FINITE : "the index of a value, 0 to " + (values[column] - 1);
                return new BatchRefused("row " + row + ": " + place + ": " + value + " (expected: " + expected + ")");
            }
            start += input.width();
        }
        throw new IllegalStateException("no input at column " + column);
    }

    private static boolean finite(double value) {
        return Math.abs(value) <= LARGEST;
    }

    private static boolean index(double value, int count) {
        return value >= 0 && value < count && value == (int) value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Schema schema && inputs.equals(schema.inputs) && target.equals(schema.target);
    }

    @Override
    public int hashCode() {
        return 31 * inputs.hashCode() + target.hashCode();
    }

    @Override
    public String toString() {
        return toJson().toString();
    }
}
