package io.mlaas.transform.row;

import java.util.List;

/**
 * One column of a row.
 *
 * @param unit a name of {@link Unit}'s table, or {@code ""} where none is known
 * @param shape of a vector, row-major; empty for everything else
 */
public record Column(String name, Kind kind, String unit, List<Integer> shape) {
    /** What a column holds. */
    public enum Kind {
        /** a {@code double} */
        NUMBER,
        /** a {@link String} */
        TEXT,
        /** a {@code double[]} of the column's shape */
        VECTOR,
        /** the JSON tree of a message */
        TREE
    }

    public Column {
        shape = List.copyOf(shape);
    }

    public static Column number(String name, String unit) {
        return new Column(name, Kind.NUMBER, unit, List.of());
    }

    public static Column text(String name) {
        return new Column(name, Kind.TEXT, "", List.of());
    }

    public static Column vector(String name, Integer... shape) {
        return new Column(name, Kind.VECTOR, "", List.of(shape));
    }

    public static Column tree(String name) {
        return new Column(name, Kind.TREE, "", List.of());
    }

    /** How many numbers the column gives a learner. */
    public int size() {
        int size = 1;
        for (int side : shape) {
            size *= side;
        }
        return size;
    }
}
