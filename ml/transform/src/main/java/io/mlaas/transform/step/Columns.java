package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Column.Kind;
import io.mlaas.transform.row.Schema;
import io.mlaas.transform.row.Unit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The columns that a step's fields name, looked up in what the step before gives. A wrong one has index -1. */
final class Columns {
    private final Fields fields;
    private final Schema schema;

    Columns(Fields fields, Schema schema) {
        this.fields = fields;
        this.schema = schema;
    }

    int one(String field, Kind kind) {
        String name = fields.text(field);
        return name.isEmpty() ? -1 : lookUp(fields.path(field), name, EnumSet.of(kind));
    }

    List<Integer> numbers(String field) {
        return many(field, fields.texts(field), EnumSet.of(Kind.NUMBER));
    }

    /** Numbers and vectors: what a learner can take. */
    List<Integer> tensors(String field, List<String> names) {
        return many(field, names, EnumSet.of(Kind.NUMBER, Kind.VECTOR));
    }

    int number(String path, String name) {
        return lookUp(path, name, EnumSet.of(Kind.NUMBER));
    }

    int tensor(String path, String name) {
        return lookUp(path, name, EnumSet.of(Kind.NUMBER, Kind.VECTOR));
    }

    /** The name of a new column: one that no step after would mistake for another. */
    String fresh(String field, String name) {
        if (!name.isEmpty() && schema.index(name) >= 0) {
            fields.bad(
                    field, "\"" + name + "\" (expected: a name that no column has yet; taken: " + schema.names() + ")");
        }
        return name;
    }

    /** The unit of a column when it is of a dimension; otherwise the mistake has been noted. */
    @Nullable
    Unit unit(String path, int column, String dimension) {
        if (column < 0) {
            return null;
        }
        Unit unit = Unit.find(schema.get(column).unit());
        if (unit == null || !unit.dimension().equals(dimension)) {
            fields.problems()
                    .add(
                            path,
                            "\"" + schema.get(column).name() + "\" is in \""
                                    + schema.get(column).unit() + "\" (expected: a " + dimension + ", one of "
                                    + Unit.names(dimension) + ")");
            return null;
        }
        return unit;
    }

    private List<Integer> many(String field, List<String> names, Set<Kind> kinds) {
        List<Integer> indices = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String path = fields.path(field) + "[" + i + "]";
            if (!seen.add(names.get(i))) {
                fields.problems().add(path, "\"" + names.get(i) + "\" twice (expected: each column once)");
            }
            int index = lookUp(path, names.get(i), kinds);
            if (index >= 0) {
                indices.add(index);
            }
        }
        return indices;
    }

    private int lookUp(String path, String name, Set<Kind> kinds) {
        int index = schema.index(name);
        if (index < 0 && !schema.open()) {
            fields.problems().add(path, "\"" + name + "\" (expected: one of the columns " + schema.names() + ")");
        }
        if (index >= 0 && !kinds.contains(schema.get(index).kind())) {
            fields.problems()
                    .add(
                            path,
                            "\"" + name + "\" is a " + spelt(schema.get(index).kind()) + " (expected: a "
                                    + String.join(
                                            " or ",
                                            kinds.stream().map(Columns::spelt).toList()) + ")");
            return -1;
        }
        return index;
    }

    static List<Column> columns(Schema schema, List<Integer> indices) {
        return indices.stream().map(schema::get).toList();
    }

    private static String spelt(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
