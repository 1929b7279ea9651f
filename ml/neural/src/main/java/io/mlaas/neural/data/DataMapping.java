package io.mlaas.neural.data;

import io.mlaas.neural.network.JsonFields;
import io.mlaas.neural.network.TensorShape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which part of a file is what; the object {@code data} of a network description or of a dataset's metadata.
 *
 * @param features column names or indices (from 0) of a CSV file, or one array's name; empty: everything but the labels
 * @param label columns, or one array's name; empty: a column or array with a usual name, else the last column
 * @param shape shape of one sample; null: as the file has it
 * @param classes labels in the order of the network's outputs; empty: those that occur, sorted
 * @param header whether a CSV file starts with names; null: it does if its first line reads so
 * @param delimiter between the fields of a CSV file
 * @param group column of a CSV file that says whose a row is, such as a device; never a feature unless it is named as one
 */
public record DataMapping(
        List<String> features,
        List<String> label,
        @Nullable TensorShape shape,
        double scale,
        double offset,
        List<String> classes,
        @Nullable Boolean header,
        char delimiter,
        @Nullable String group) {

    public static final DataMapping DEFAULT =
            new DataMapping(List.of(), List.of(), null, 1, 0, List.of(), null, ',', null);

    /** @throws io.mlaas.neural.network.InvalidDescriptionException when the object says something not understood */
    public static DataMapping parse(@Nullable JsonNode node) {
        if (node == null) {
            return DEFAULT;
        }
        JsonFields fields = JsonFields.of("data", node);
        List<String> features = names(fields, "features");
        List<String> label = names(fields, "label");
        TensorShape shape = fields.shape("shape");
        double scale = fields.number("scale", 1, -Double.MAX_VALUE);
        double offset = fields.number("offset", 0, -Double.MAX_VALUE);
        List<String> classes = fields.list("classes", "a list of labels", (i, value) -> value.asString());
        Boolean header = fields.has("header") ? Boolean.valueOf(fields.flag("header", true)) : null;
        String delimiter = fields.text("delimiter", ",");
        if (delimiter.length() != 1) {
            throw new io.mlaas.neural.network.InvalidDescriptionException(
                    "data: delimiter: \"" + delimiter + "\" (expected: one character)");
        }
        List<String> group = names(fields, "group");
        if (group.size() > 1) {
            throw new io.mlaas.neural.network.InvalidDescriptionException(
                    "data: group: " + group + " (expected: one column)");
        }
        fields.done();
        return new DataMapping(
                features,
                label,
                shape,
                scale,
                offset,
                classes,
                header,
                delimiter.charAt(0),
                group.isEmpty() ? null : group.getFirst());
    }

    /** The same, with another label: a column or an array. */
    public DataMapping labelledBy(String name) {
        return new DataMapping(features, List.of(name), shape, scale, offset, classes, header, delimiter, group);
    }

    /** The same, with another column that says whose a row is. */
    public DataMapping groupedBy(String column) {
        return new DataMapping(features, label, shape, scale, offset, classes, header, delimiter, column);
    }

    private static List<String> names(JsonFields fields, String name) {
        JsonNode value = fields.raw(name);
        if (value == null) {
            return List.of();
        }
        String expected = "a column's name or index, an array's name, or a list of columns";
        if (value.isString() || value.isIntegralNumber()) {
            return List.of(value.asString());
        }
        return fields.list(name, expected, (i, element) -> {
            if (!element.isString() && !element.isIntegralNumber()) {
                throw fields.wrong(name + "[" + i + "]", element, expected);
            }
            return element.asString();
        });
    }
}
