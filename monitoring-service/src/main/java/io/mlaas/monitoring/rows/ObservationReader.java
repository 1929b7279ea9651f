package io.mlaas.monitoring.rows;

import static io.mlaas.monitoring.rows.Layout.Role.DIGEST;
import static io.mlaas.monitoring.rows.Layout.Role.LATENCY;
import static io.mlaas.monitoring.rows.Layout.Role.LOWER;
import static io.mlaas.monitoring.rows.Layout.Role.PREDICTION;
import static io.mlaas.monitoring.rows.Layout.Role.PROBABILITY;
import static io.mlaas.monitoring.rows.Layout.Role.SEGMENT;
import static io.mlaas.monitoring.rows.Layout.Role.TARGET;
import static io.mlaas.monitoring.rows.Layout.Role.UPPER;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"names": […], "instances": [[…]], "predictions": […], "probabilities": [[…]], "targets": […], "lower":
 * […], "upper": […], "device": …, "segments": {…}, "latency_ms": …, "digest": …}}. Instances are lists in the order of the names (without names: of
 * the schema's features) or objects. A value of the wrong type is kept as such, for the report on skew; rows that do not
 * fit together are refused as a whole.
 */
public final class ObservationReader {
    private static final String DEVICE = "device";

    /** Of one event: rows that say little may have thousands of columns each. */
    private static final int MOST_VALUES = 8_000_000;

    private final Layout layout;
    private final List<Integer> segments;
    private final int prediction;
    private final int probability;
    private final int target;
    private final int lower;
    private final int upper;
    private final int latency;
    private final int digest;
    private final String[] segmentNames;
    // the names of the latest event and their columns: those of one learner are the same again and again
    private @Nullable String[] latestNames = new String[0];
    private int[] latestColumns = new int[0];
    private final int[] allFeatures;

    public ObservationReader(Layout layout) {
        this.layout = layout;
        segments = layout.all(SEGMENT);
        prediction = layout.first(PREDICTION);
        probability = layout.first(PROBABILITY);
        target = layout.first(TARGET);
        lower = layout.first(LOWER);
        upper = layout.first(UPPER);
        latency = layout.first(LATENCY);
        digest = layout.first(DIGEST);
        segmentNames = segments.stream()
                .map(column -> layout.columns().get(column).name())
                .toArray(String[]::new);
        allFeatures = IntStream.range(0, layout.featureCount()).toArray();
    }

    /**
     * @param at where in the JSON the data is
     * @param event the id of the event: its row i is {@code event#i}
     * @param micros when it happened
     * @param step by how much later each row happened than the one before it
     * @param path of the data, for messages
     * @throws RowsRefusedException and then nothing was added
     */
    public void read(JsonTape json, int at, String event, long micros, long step, String path, RowsBuilder into) {
        int instances = json.field(at, "instances");
        if (!json.isList(instances)) {
            throw new RowsRefusedException(path + ".instances", json.json(instances), "a list of rows");
        }
        int[] columns = columns(json, json.field(at, "names"), path);
        Lists lists = new Lists(
                json.field(at, "predictions"),
                json.field(at, "probabilities"),
                json.field(at, "targets"),
                lower < 0 ? JsonTape.NONE : json.field(at, "lower"),
                upper < 0 ? JsonTape.NONE : json.field(at, "upper"));
        require(json, instances, columns.length, lists, path);
        int answered = first(json, lists.predictions);
        int likely = first(json, lists.probabilities);
        int known = first(json, lists.targets);
        int low = first(json, lists.lower);
        int high = first(json, lists.upper);
        int instance = json.first(instances);
        RowId.OfEvent ids = new RowId.OfEvent(event);
        for (int i = 0; i < json.size(instances); i++) {
            into.row(ids, i, micros + i * step);
            shared(json, at, into);
            inputs(json, instance, columns, into);
            instance = json.next(instance);
            if (answered != JsonTape.NONE) {
                answer(json, answered, into);
                answered = json.next(answered);
            }
            if (likely != JsonTape.NONE) {
                probabilities(json, likely, into);
                likely = json.next(likely);
            }
            if (known != JsonTape.NONE) {
                outputs(json, known, target, into);
                known = json.next(known);
            }
            if (low != JsonTape.NONE) {
                outputs(json, low, lower, into);
                low = json.next(low);
            }
            if (high != JsonTape.NONE) {
                outputs(json, high, upper, into);
                high = json.next(high);
            }
        }
    }

    /** Where an event's lists are that have a value for each instance. */
    private record Lists(int predictions, int probabilities, int targets, int lower, int upper) {}

    private static int first(JsonTape json, int list) {
        return json.size(list) == 0 ? JsonTape.NONE : json.first(list);
    }

    private int[] columns(JsonTape json, int names, String path) {
        if (json.isAbsent(names)) {
            return allFeatures;
        }
        if (!json.isList(names)) {
            throw new RowsRefusedException(path + ".names", json.json(names), "a list of names");
        }
        int count = json.size(names);
        boolean same = count == latestNames.length;
        int name = json.first(names);
        for (int i = 0; same && i < count; i++) {
            same = json.text(name).equals(latestNames[i]);
            name = json.next(name);
        }
        if (!same) {
            latestNames = new String[count];
            latestColumns = new int[count];
            name = json.first(names);
            for (int i = 0; i < count; i++) {
                latestNames[i] = json.text(name);
                latestColumns[i] = layout.input(latestNames[i]);
                name = json.next(name);
            }
        }
        return latestColumns;
    }

    private void require(JsonTape json, int instances, int values, Lists lists, String path) {
        int rows = json.size(instances);
        if ((long) rows * layout.size() > MOST_VALUES) {
            throw new RowsRefusedException(
                    path + ".instances",
                    rows + " rows",
                    "at most %d of %d columns".formatted(MOST_VALUES / layout.size(), layout.size()));
        }
        requireAsMany(json, lists.predictions, rows, path, ".predictions");
        requireAsMany(json, lists.probabilities, rows, path, ".probabilities");
        requireAsMany(json, lists.targets, rows, path, ".targets");
        requireAsMany(json, lists.lower, rows, path, ".lower");
        requireAsMany(json, lists.upper, rows, path, ".upper");
        int instance = json.first(instances);
        for (int i = 0; i < rows; i++) {
            if (!json.isObject(instance) && !(json.isList(instance) && json.size(instance) == values)) {
                throw new RowsRefusedException(
                        path + ".instances[" + i + "]",
                        json.isList(instance) ? json.size(instance) + " values" : json.json(instance),
                        "an object or a list of " + values + " values");
            }
            instance = json.next(instance);
        }
        requireOutputs(json, lists.predictions, path, ".predictions");
        requireOutputs(json, lists.targets, path, ".targets");
        requireOutputs(json, lists.lower, path, ".lower");
        requireOutputs(json, lists.upper, path, ".upper");
        requireProbabilities(json, lists.probabilities, path);
    }

    private static void requireAsMany(JsonTape json, int values, int rows, String path, String name) {
        if (!json.isAbsent(values) && (!json.isList(values) || json.size(values) != rows)) {
            throw new RowsRefusedException(
                    path + name,
                    json.isList(values) ? json.size(values) + " values" : json.json(values),
                    "a list of " + rows + ", one for each instance");
        }
    }

    private void requireOutputs(JsonTape json, int values, String path, String name) {
        int outputs = layout.outputs().size();
        int value = first(json, values);
        for (int i = 0; i < json.size(values); i++) {
            boolean fits = json.isAbsent(value)
                    || (layout.numericTarget()
                            ? (outputs == 1 && json.isNumber(value)) || numbers(json, value, outputs)
                            : json.category(label(json, value)) != null);
            if (!fits) {
                throw new RowsRefusedException(
                        path + name + "[" + i + "]",
                        json.json(value),
                        layout.numericTarget() ? outputs + " numbers, or one alone" : "a class");
            }
            value = json.next(value);
        }
    }

    private void requireProbabilities(JsonTape json, int values, String path) {
        int classes = layout.classes().size();
        int value = first(json, values);
        for (int i = 0; classes > 0 && i < json.size(values); i++) {
            if (!json.isAbsent(value) && !numbers(json, value, classes)) {
                throw new RowsRefusedException(
                        path + ".probabilities[" + i + "]", json.json(value), classes + " numbers, one for each class");
            }
            value = json.next(value);
        }
    }

    private static boolean numbers(JsonTape json, int list, int count) {
        if (!json.isList(list) || json.size(list) != count) {
            return false;
        }
        int value = json.first(list);
        for (int i = 0; i < count; i++) {
            if (!json.isNumber(value)) {
                return false;
            }
            value = json.next(value);
        }
        return true;
    }

    private static int label(JsonTape json, int value) {
        return json.isObject(value) ? json.field(value, "label") : value;
    }

    /** What all rows of an event have in common. */
    private void shared(JsonTape json, int at, RowsBuilder into) {
        int own = segmentNames.length == 0 ? JsonTape.NONE : json.field(at, "segments");
        for (int i = 0; i < segmentNames.length; i++) {
            int value = json.field(own, segmentNames[i]);
            into.set(
                    segments.get(i),
                    json.category(
                            value == JsonTape.NONE && segmentNames[i].equals(DEVICE) ? json.field(at, DEVICE) : value));
        }
        into.set(latency, json.number(json.field(at, "latency_ms")));
        into.set(digest, json.category(json.field(at, "digest")));
    }

    private void inputs(JsonTape json, int instance, int[] columns, RowsBuilder into) {
        boolean named = json.isObject(instance);
        int value = json.first(instance);
        for (int i = 0; i < json.size(instance); i++) {
            int column = named ? layout.input(json.name(value)) : columns[i];
            if (column >= 0 && layout.numeric(column)) {
                into.set(column, json.number(value));
            } else if (column >= 0) {
                into.set(column, json.category(value));
            }
            value = json.next(value);
        }
    }

    private void answer(JsonTape json, int value, RowsBuilder into) {
        outputs(json, label(json, value), prediction, into);
        if (json.isObject(value)) {
            int each = json.field(value, "probabilities");
            for (int i = 0; i < layout.classes().size(); i++) {
                into.set(
                        probability + i,
                        json.number(json.field(each, layout.classes().get(i))));
            }
        }
    }

    private void probabilities(JsonTape json, int list, RowsBuilder into) {
        int value = first(json, list);
        for (int i = 0; i < Math.min(json.size(list), layout.classes().size()); i++) {
            into.set(probability + i, json.number(value));
            value = json.next(value);
        }
    }

    private void outputs(JsonTape json, int value, int column, RowsBuilder into) {
        if (!layout.numericTarget()) {
            into.set(column, json.category(value));
        } else if (json.isList(value)) {
            int one = json.first(value);
            for (int i = 0; i < json.size(value); i++) {
                into.set(column + i, json.number(one));
                one = json.next(one);
            }
        } else {
            into.set(column, json.number(value));
        }
    }
}
