package io.mlaas.transform.row;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The columns of the rows between two steps.
 *
 * @param period nanoseconds between one row and the next of the same source; 0 where rows come as they like
 * @param open true behind a step that could not be understood: then unknown columns are not mistakes of their own
 */
public record Schema(List<Column> columns, long period, boolean open) {
    public Schema {
        columns = List.copyOf(columns);
    }

    public static Schema of(Column... columns) {
        return new Schema(List.of(columns), 0, false);
    }

    public int size() {
        return columns.size();
    }

    public Column get(int index) {
        return columns.get(index);
    }

    /** Where the column stands, or -1. */
    public int index(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    public @Nullable Column find(String name) {
        int index = index(name);
        return index < 0 ? null : columns.get(index);
    }

    /** The column in the place of its namesake, or at the end. */
    public Schema with(Column column) {
        List<Column> changed = new ArrayList<>(columns);
        int index = index(column.name());
        if (index < 0) {
            changed.add(column);
        } else {
            changed.set(index, column);
        }
        return new Schema(changed, period, open);
    }

    public Schema withPeriod(long nanoseconds) {
        return new Schema(columns, nanoseconds, open);
    }

    public Schema opened() {
        return new Schema(columns, period, true);
    }

    public String names() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }
}
