package io.mlaas.monitoring.rows;

import static io.mlaas.monitoring.rows.Layout.Role.DIGEST;
import static io.mlaas.monitoring.rows.Layout.Role.LATENCY;
import static io.mlaas.monitoring.rows.Layout.Role.PREDICTION;
import static io.mlaas.monitoring.rows.Layout.Role.PROBABILITY;
import static io.mlaas.monitoring.rows.Layout.Role.SEGMENT;
import static io.mlaas.monitoring.rows.Layout.Role.TARGET;

import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Reads {@code {"names": […], "instances": [[…]], "predictions": […], "probabilities": [[…]], "targets": […], "device":
 * …, "segments": {…}, "latency_ms": …, "digest": …}}. Instances are lists in the order of the names (without names: of
 * the schema's features) or objects. A value of the wrong type is kept as such, for the report on skew; rows that do not
 * fit together are refused as a whole.
 */
public final class ObservationReader {
    private static final String DEVICE = "device";

    private final Layout layout;
    private final List<Integer> segments;
    private final int prediction;
    private final int probability;
    private final int target;
    private final int latency;
    private final int digest;

    public ObservationReader(Layout layout) {
        this.layout = layout;
        segments = layout.all(SEGMENT);
        prediction = layout.first(PREDICTION);
        probability = layout.first(PROBABILITY);
        target = layout.first(TARGET);
        latency = layout.first(LATENCY);
        digest = layout.first(DIGEST);
    }

    /** See {@link #read(JsonNode, String, long, long, String, RowsBuilder)}: all rows at the same time. */
    public void read(JsonNode data, String event, long micros, String path, RowsBuilder into) {
        read(data, event, micros, 0, path, into);
    }

    /**
     * @param event the id of the event: its row i is {@code event#i}
     * @param micros when it happened
     * @param step by how much later each row happened than the one before it
     * @param path of the data, for messages
     * @throws RowsRefusedException and then nothing was added
     */
    public void read(JsonNode data, String event, long micros, long step, String path, RowsBuilder into) {
        JsonNode instances = data.path("instances");
        if (!instances.isArray()) {
            throw new RowsRefusedException(
                    path + ".instances", instances.isMissingNode() ? "missing" : instances, "a list of rows");
        }
        int[] columns = columns(data.path("names"), path + ".names");
        requireAsMany(data, "predictions", instances.size(), path);
        requireAsMany(data, "probabilities", instances.size(), path);
        requireAsMany(data, "targets", instances.size(), path);
        for (int i = 0; i < instances.size(); i++) {
            require(instances.get(i), columns.length, path + ".instances[" + i + "]");
            requireOutputs(data.path("predictions").path(i), path + ".predictions[" + i + "]");
            requireOutputs(data.path("targets").path(i), path + ".targets[" + i + "]");
            requireProbabilities(data.path("probabilities").path(i), path + ".probabilities[" + i + "]");
        }
        for (int i = 0; i < instances.size(); i++) {
            into.row(RowId.of(event, i), micros + i * step);
            shared(data, into);
            inputs(instances.get(i), columns, into);
            answer(data.path("predictions").path(i), into);
            probabilities(data.path("probabilities").path(i), into);
            outputs(data.path("targets").path(i), target, into);
        }
    }

    private int[] columns(JsonNode names, String path) {
        if (names.isMissingNode() || names.isNull()) {
            int[] all = new int[layout.featureCount()];
            Arrays.setAll(all, i -> i);
            return all;
        }
        if (!names.isArray()) {
            throw new RowsRefusedException(path, names, "a list of names");
        }
        int[] found = new int[names.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = layout.input(names.get(i).asString(""));
        }
        return found;
    }

    private static void requireAsMany(JsonNode data, String name, int rows, String path) {
        JsonNode values = data.path(name);
        if (!values.isMissingNode() && !values.isNull() && (!values.isArray() || values.size() != rows)) {
            throw new RowsRefusedException(
                    path + "." + name,
                    values.isArray() ? values.size() + " values" : values,
                    "a list of " + rows + ", one for each instance");
        }
    }

    private static void require(JsonNode instance, int values, String path) {
        if (!instance.isObject() && !(instance.isArray() && instance.size() == values)) {
            throw new RowsRefusedException(
                    path,
                    instance.isArray() ? instance.size() + " values" : instance,
                    "an object or a list of " + values + " values");
        }
    }

    private void requireOutputs(JsonNode value, String path) {
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        int outputs = layout.outputs().size();
        boolean fits = layout.numericTarget()
                ? numbers(value, outputs) || (outputs == 1 && value.isNumber())
                : Values.category(value.isObject() ? value.path("label") : value) != null;
        if (!fits) {
            throw new RowsRefusedException(
                    path, value, layout.numericTarget() ? outputs + " numbers, or one alone" : "a class");
        }
    }

    private void requireProbabilities(JsonNode value, String path) {
        if (value.isMissingNode() || value.isNull() || layout.classes().isEmpty()) {
            return;
        }
        if (!numbers(value, layout.classes().size())) {
            throw new RowsRefusedException(path, value, layout.classes().size() + " numbers, one for each class");
        }
    }

    private static boolean numbers(JsonNode value, int count) {
        if (!value.isArray() || value.size() != count) {
            return false;
        }
        for (JsonNode element : value) {
            if (!element.isNumber()) {
                return false;
            }
        }
        return true;
    }

    /** What all rows of an event have in common. */
    private void shared(JsonNode data, RowsBuilder into) {
        for (int column : segments) {
            String name = layout.columns().get(column).name();
            JsonNode value = data.path("segments").path(name);
            into.set(column, Values.category(value.isMissingNode() && name.equals(DEVICE) ? data.path(DEVICE) : value));
        }
        into.set(latency, Values.number(data.path("latency_ms")));
        into.set(digest, Values.category(data.path("digest")));
    }

    private void inputs(JsonNode instance, int[] columns, RowsBuilder into) {
        if (instance.isObject()) {
            for (var field : instance.properties()) {
                cell(layout.input(field.getKey()), field.getValue(), into);
            }
        } else {
            for (int i = 0; i < columns.length; i++) {
                cell(columns[i], instance.get(i), into);
            }
        }
    }

    private void cell(int column, JsonNode value, RowsBuilder into) {
        if (column >= 0 && layout.numeric(column)) {
            into.set(column, Values.number(value));
        } else if (column >= 0) {
            into.set(column, Values.category(value));
        }
    }

    private void answer(JsonNode value, RowsBuilder into) {
        outputs(value.isObject() ? value.path("label") : value, prediction, into);
        if (value.isObject()) {
            for (int i = 0; i < layout.classes().size(); i++) {
                into.set(
                        probability + i,
                        Values.number(value.path("probabilities")
                                .path(layout.classes().get(i))));
            }
        }
    }

    private void probabilities(JsonNode value, RowsBuilder into) {
        for (int i = 0; value.isArray() && i < layout.classes().size(); i++) {
            into.set(probability + i, Values.number(value.get(i)));
        }
    }

    private void outputs(JsonNode value, int column, RowsBuilder into) {
        if (!layout.numericTarget()) {
            into.set(column, Values.category(value));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                into.set(column + i, Values.number(value.get(i)));
            }
        } else {
            into.set(column, Values.number(value));
        }
    }
}
