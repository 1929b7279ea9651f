package io.mlaas.monitoring.monitor;

import io.mlaas.monitoring.rows.Layout;
import java.util.List;
import java.util.UUID;

/**
 * Which columns of a dataset hold what is not a feature or a segment: those have the names of the schema.
 *
 * @param targets one for each output, or one; empty if there are none
 * @param lower ends of the intervals around the predictions, or empty; so are the upper ones
 * @param probabilities one for each class, or empty
 */
public record DatasetColumns(
        UUID dataset,
        List<String> predictions,
        List<String> targets,
        List<String> lower,
        List<String> upper,
        List<String> probabilities,
        char delimiter) {
    private static final UUID NONE = new UUID(0, 0);

    static DatasetColumns read(Fields fields, Layout layout) {
        int outputs = layout.numericTarget() ? layout.outputs().size() : 1;
        List<String> predictions = names(fields, "predictions", outputs);
        List<String> targets = names(fields, "targets", outputs);
        boolean intervals = layout.interval() != null;
        List<String> lower = intervals ? names(fields, "lower", outputs) : List.of();
        List<String> upper = intervals ? names(fields, "upper", outputs) : List.of();
        List<String> probabilities =
                names(fields, "probabilities", layout.classes().size());
        String delimiter = fields.text("delimiter");
        if (delimiter != null && delimiter.length() != 1) {
            fields.wrong("delimiter", "one character");
        }
        return new DatasetColumns(
                NONE,
                predictions,
                targets,
                lower,
                upper,
                probabilities,
                delimiter == null || delimiter.isEmpty() ? ',' : delimiter.charAt(0));
    }

    private static List<String> names(Fields fields, String name, int expected) {
        List<String> names = fields.names(name, Math.max(1, expected));
        if (!names.isEmpty() && names.size() != expected) {
            fields.wrong(name, "%d names of columns, or none".formatted(expected));
        }
        return names;
    }

    DatasetColumns of(UUID id) {
        return new DatasetColumns(id, predictions, targets, lower, upper, probabilities, delimiter);
    }
}
