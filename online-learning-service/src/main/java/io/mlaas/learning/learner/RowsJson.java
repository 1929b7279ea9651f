package io.mlaas.learning.learner;

import io.mlaas.online.Batch;
import io.mlaas.online.BatchRefused;
import io.mlaas.online.Input;
import io.mlaas.online.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Rows as JSON: an instance is an object of the inputs by their names, or a list of them in the order of the schema; of one
 * input it may be the value alone. A nominal value is its name, a tensor nested lists of its shape. Targets are numbers,
 * lists or objects of them, or names of classes.
 */
final class RowsJson {
    private final Schema schema;

    RowsJson(Schema schema) {
        this.schema = schema;
    }

    /** @throws BatchRefused naming the JSON path */
    Batch batch(JsonNode json) {
        JsonNode instances = list(json, "instances");
        JsonNode targets = list(json, "targets");
        JsonNode weights = json.path("weights");
        if (targets.size() != instances.size()) {
            throw refused("$.targets", targets.size() + " values", instances.size() + ", as many as instances");
        }
        Batch batch = new Batch(
                instances.size(),
                inputs(instances, "$.instances"),
                targets(targets),
                weights.isMissingNode() || weights.isNull() ? null : weights(weights, instances.size()));
        schema.check(batch);
        return batch;
    }

    /** @throws BatchRefused naming the JSON path */
    double[] inputs(JsonNode instances, String path) {
        double[] values = new double[Math.multiplyExact(instances.size(), schema.width())];
        int row = 0;
        for (JsonNode instance : instances) {
            row(instance, path + "[" + row + "]", values, row * schema.width());
            row++;
        }
        schema.checkInputs(row, values);
        return values;
    }

    private void row(JsonNode instance, String path, double[] values, int at) {
        int count = schema.inputs().size();
        boolean alone = count == 1 && !instance.isObject() && !isListOfInputs(instance);
        if (!alone && !instance.isObject() && !(instance.isArray() && instance.size() == count)) {
            throw refused(path, instance, "an object, or a list of " + count + " values");
        }
        if (instance.isObject() && instance.size() > count) {
            instance.propertyNames().forEach(this::requireKnown);
        }
        int place = at;
        for (int i = 0; i < count; i++) {
            Input input = schema.inputs().get(i);
            JsonNode value = alone ? instance : instance.isObject() ? instance.path(input.name()) : instance.get(i);
            String where = alone ? path : instance.isObject() ? path + "." + input.name() : path + "[" + i + "]";
            value(input, value, where, values, place);
            place += input.width();
        }
    }

    /** Of a learner of one tensor {@code [[…]]} may be the tensor itself, or the list of the inputs with the tensor in it. */
    private boolean isListOfInputs(JsonNode instance) {
        if (!instance.isArray()) {
            return false;
        }
        int depth = schema.inputs().getFirst() instanceof Input.Tensor tensor
                ? tensor.shape().size()
                : 0;
        JsonNode inner = instance;
        for (int i = 0; i < depth && inner != null; i++) {
            inner = inner.get(0);
        }
        return inner != null && (depth == 0 || inner.isArray());
    }

    private void requireKnown(String name) {
        if (schema.inputs().stream().noneMatch(input -> input.name().equals(name))) {
            throw refused(
                    "$.instances",
                    name,
                    "one of " + schema.inputs().stream().map(Input::name).toList());
        }
    }

    private static void value(Input input, JsonNode value, String path, double[] values, int at) {
        switch (input) {
            case Input.Numeric _ -> values[at] = number(value, path);
            case Input.Nominal nominal -> values[at] = index(value, path, nominal.values());
            case Input.Tensor tensor -> tensor(tensor, 0, value, path, values, at);
        }
    }

    private static int tensor(Input.Tensor tensor, int axis, JsonNode value, String path, double[] values, int at) {
        if (axis == tensor.shape().size()) {
            values[at] = number(value, path);
            return at + 1;
        }
        int length = tensor.shape().get(axis);
        if (!value.isArray() || value.size() != length) {
            throw refused(path, value.isArray() ? value.size() + " values" : value, "a list of " + length);
        }
        int place = at;
        for (int i = 0; i < length; i++) {
            place = tensor(tensor, axis + 1, value.get(i), path + "[" + i + "]", values, place);
        }
        return place;
    }

    private double[] targets(JsonNode targets) {
        int width = schema.target().width();
        double[] values = new double[Math.multiplyExact(targets.size(), width)];
        int row = 0;
        for (JsonNode target : targets) {
            String path = "$.targets[" + row + "]";
            if (schema.classifies()) {
                values[row] = index(target, path, schema.target().names());
            } else {
                numbers(target, path, values, row * width);
            }
            row++;
        }
        return values;
    }

    private void numbers(JsonNode target, String path, double[] values, int at) {
        int width = schema.target().width();
        if (width == 1 && target.isNumber()) {
            values[at] = number(target, path);
            return;
        }
        if (!target.isObject() && !(target.isArray() && target.size() == width)) {
            throw refused(path, target, width == 1 ? "a number" : "a list of " + width + " numbers, or an object");
        }
        for (int i = 0; i < width; i++) {
            String name = schema.target().names().get(i);
            JsonNode value = target.isObject() ? target.path(name) : target.get(i);
            values[at + i] = number(value, path + (target.isObject() ? "." + name : "[" + i + "]"));
        }
    }

    private static double @Nullable [] weights(JsonNode weights, int rows) {
        if (!weights.isArray() || weights.size() != rows) {
            throw refused("$.weights", weights.isArray() ? weights.size() + " values" : weights, rows + " numbers");
        }
        double[] values = new double[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = number(weights.get(i), "$.weights[" + i + "]");
        }
        return values;
    }

    private static JsonNode list(JsonNode json, String name) {
        JsonNode list = json.path(name);
        if (!list.isArray()) {
            throw refused("$." + name, list.isMissingNode() ? "missing" : list, "a list");
        }
        return list;
    }

    private static double number(JsonNode value, String path) {
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw refused(path, value.isMissingNode() ? "missing" : value, "a finite number");
        }
        return value.doubleValue();
    }

    /** The place of a name; a number is taken for the name that it is written as. */
    private static int index(JsonNode value, String path, java.util.List<String> names) {
        String name = value.isString() ? value.stringValue() : value.toString();
        int index = names.indexOf(name);
        if (index < 0) {
            throw refused(path, value.isMissingNode() ? "missing" : value, "one of " + names);
        }
        return index;
    }

    private static BatchRefused refused(String path, Object value, String expected) {
        String shown = value.toString();
        return new BatchRefused(path + ": " + (shown.length() > 80 ? shown.substring(0, 80) + "…" : shown)
                + " (expected: " + expected + ")");
    }
}
