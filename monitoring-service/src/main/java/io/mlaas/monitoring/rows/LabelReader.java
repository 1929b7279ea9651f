package io.mlaas.monitoring.rows;

import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code {"labels": [{"id": "e#0", "target": …, "at": "…"}]}}. */
public final class LabelReader {
    private static final double[] NO_NUMBERS = {};
    private static final String A_TIME = "a time such as 2026-03-01T12:00:00Z";

    private final Layout layout;

    public LabelReader(Layout layout) {
        this.layout = layout;
    }

    /**
     * @param place where in the JSON the data is
     * @param otherwiseAt when those were found out that do not say it
     * @throws RowsRefusedException for the first label that does not fit
     */
    public List<Label> read(JsonTape json, int place, long otherwiseAt, String path) {
        int labels = json.field(place, "labels");
        if (!json.isList(labels)) {
            throw new RowsRefusedException(path + ".labels", json.json(labels), "a list of labels");
        }
        List<Label> found = new ArrayList<>(json.size(labels));
        int label = json.first(labels);
        for (int i = 0; i < json.size(labels); i++) {
            found.add(label(json, label, otherwiseAt, path + ".labels[" + i + "]"));
            label = json.next(label);
        }
        return found;
    }

    private Label label(JsonTape json, int label, long otherwiseAt, String path) {
        int id = json.field(label, "id");
        if (json.text(id).isEmpty()) {
            throw new RowsRefusedException(
                    path + ".id", json.json(id), "the id of a row: that of its event, # and its number");
        }
        int at = json.field(label, "at");
        long micros = json.isAbsent(at) ? otherwiseAt : micros(json, at, path + ".at");
        int target = json.field(label, "target");
        RowId row = RowId.parse(json.text(id));
        if (!layout.numericTarget()) {
            return new Label(row, micros, NO_NUMBERS, category(json, target, path + ".target"));
        }
        return new Label(row, micros, numbers(json, target, path + ".target"), null);
    }

    private static String category(JsonTape json, int target, String path) {
        String category = json.category(target);
        if (category == null) {
            throw new RowsRefusedException(path, json.json(target), "a class");
        }
        return category;
    }

    private double[] numbers(JsonTape json, int target, String path) {
        int outputs = layout.outputs().size();
        double[] numbers = new double[outputs];
        boolean fits = json.isList(target) ? json.size(target) == outputs : outputs == 1 && json.isNumber(target);
        int value = json.isList(target) ? json.first(target) : target;
        for (int i = 0; fits && i < outputs; i++) {
            numbers[i] = json.number(value);
            fits = Double.isFinite(numbers[i]);
            value = json.next(value);
        }
        if (!fits) {
            throw new RowsRefusedException(
                    path, json.json(target), outputs == 1 ? "a number" : "a list of " + outputs + " numbers");
        }
        return numbers;
    }

    /** An instant of JSON in microseconds since 1970. */
    public static long micros(JsonTape json, int place, String path) {
        if (!json.isText(place)) {
            throw new RowsRefusedException(path, json.json(place), A_TIME);
        }
        return micros(json.text(place), path);
    }

    /** @param time null if it is missing */
    public static long micros(@Nullable String time, String path) {
        if (time == null) {
            throw new RowsRefusedException(path, "missing", A_TIME);
        }
        try {
            return Instants.micros(time);
        } catch (DateTimeException | ArithmeticException e) {
            throw new RowsRefusedException(path, "\"" + time + "\"", A_TIME, e);
        }
    }
}
