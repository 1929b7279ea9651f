package io.mlaas.monitoring.rows;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads {@code {"labels": [{"id": "e#0", "target": …, "at": "…"}]}}. */
public final class LabelReader {
    private final Layout layout;

    public LabelReader(Layout layout) {
        this.layout = layout;
    }

    /**
     * @param otherwiseAt when those were found out that do not say it
     * @throws RowsRefusedException for the first label that does not fit
     */
    public List<Label> read(JsonNode data, long otherwiseAt, String path) {
        JsonNode labels = data.path("labels");
        if (!labels.isArray()) {
            throw new RowsRefusedException(
                    path + ".labels", labels.isMissingNode() ? "missing" : labels, "a list of labels");
        }
        List<Label> found = new ArrayList<>(labels.size());
        for (int i = 0; i < labels.size(); i++) {
            found.add(label(labels.get(i), otherwiseAt, path + ".labels[" + i + "]"));
        }
        return found;
    }

    private Label label(JsonNode label, long otherwiseAt, String path) {
        String id = label.path("id").asString("");
        if (id.isEmpty()) {
            throw new RowsRefusedException(
                    path + ".id", label.path("id"), "the id of a row: that of its event, # and its number");
        }
        JsonNode at = label.path("at");
        long micros = at.isMissingNode() || at.isNull() ? otherwiseAt : micros(at, path + ".at");
        JsonNode target = label.path("target");
        if (!layout.numericTarget()) {
            return new Label(RowId.parse(id), micros, new double[0], category(target, path + ".target"));
        }
        return new Label(RowId.parse(id), micros, numbers(target, path + ".target"), null);
    }

    private static String category(JsonNode target, String path) {
        @Nullable String category = Values.category(target);
        if (category == null) {
            throw new RowsRefusedException(path, target, "a class");
        }
        return category;
    }

    private double[] numbers(JsonNode target, String path) {
        int outputs = layout.outputs().size();
        double[] numbers = new double[outputs];
        boolean fits = outputs == 1 ? target.isNumber() || target.isArray() : target.isArray();
        if (target.isArray()) {
            fits = target.size() == outputs;
            for (int i = 0; fits && i < outputs; i++) {
                numbers[i] = Values.number(target.get(i));
                fits = Double.isFinite(numbers[i]);
            }
        } else if (fits) {
            numbers[0] = target.doubleValue();
            fits = Double.isFinite(numbers[0]);
        }
        if (!fits) {
            throw new RowsRefusedException(
                    path, target, outputs == 1 ? "a number" : "a list of " + outputs + " numbers");
        }
        return numbers;
    }

    /** An instant of JSON in microseconds since 1970. */
    public static long micros(JsonNode value, String path) {
        try {
            return ChronoUnit.MICROS.between(Instant.EPOCH, java.time.OffsetDateTime.parse(value.asString("")));
        } catch (DateTimeParseException | ArithmeticException e) {
            throw new RowsRefusedException(path, value, "a time such as 2026-03-01T12:00:00Z");
        }
    }
}
