package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.document.JsonPath;
import io.mlaas.transform.document.Numbers;
import io.mlaas.transform.payload.Paths;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Column.Kind;
import io.mlaas.transform.row.Schema;
import io.mlaas.transform.row.Unit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code extract}: columns from a message's tree; the tree itself ends here. */
final class Extract extends Step {
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,30}(\\.\\d{1,30})?([eE][+-]?\\d{1,3})?");
    private static final int LARGEST_VECTOR = 1 << 24;

    private enum Type {
        NUMBER,
        TEXT,
        VECTOR
    }

    private record Field(
            Column column,
            JsonPath path,
            @Nullable JsonPath unitPath,
            boolean required,
            double fallback,
            double minimum,
            double maximum) {
        String where() {
            return path.toString();
        }
    }

    private final int tree;
    private final List<Field> fields;

    private Extract(Schema input, int tree, Schema output, List<Field> fields) {
        super(input, output);
        this.tree = tree;
        this.fields = List.copyOf(fields);
    }

    static Step read(Fields document, Schema input) {
        int tree = input.index("message");
        if (tree < 0) {
            document.problems()
                    .add(document.path(), "extract (expected: as the first step, where the message still is)");
        }
        List<Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Fields one : document.objects("fields")) {
            Field field = field(one);
            if (field != null && !names.add(field.column.name())) {
                one.bad("name", "\"" + field.column.name() + "\" twice (expected: each name once)");
            } else if (field != null) {
                fields.add(field);
            }
        }
        if (names.isEmpty() && document.has("fields") && document.problems().isEmpty()) {
            document.bad("fields", "none (expected: one field or more)");
        }
        Schema output = new Schema(fields.stream().map(Field::column).toList(), 0, input.open());
        return new Extract(input, tree, output, fields);
    }

    private static @Nullable Field field(Fields one) {
        String name = one.text("name");
        JsonPath path = Paths.path(one, "path");
        Type type = one.choice("type", Type.NUMBER);
        String unit = Units.read(one, "unit", "");
        JsonPath unitPath = Paths.optional(one, "unit_path");
        if (unitPath != null && unit.isEmpty()) {
            one.bad("unit", "missing (expected: the unit to convert to, since unit_path is given)");
        }
        List<Integer> shape = type == Type.VECTOR ? shape(one) : List.of();
        Column column = new Column(name, Kind.valueOf(type.name()), unit, shape);
        Field field = new Field(
                column,
                path == null ? JsonPath.of("$") : path,
                unitPath,
                one.flag("required", !one.has("default")),
                one.number("default", Double.NaN),
                one.number("minimum", Double.NEGATIVE_INFINITY),
                one.number("maximum", Double.POSITIVE_INFINITY));
        one.finish();
        return name.isEmpty() ? null : field;
    }

    static List<Integer> shape(Fields one) {
        double[] sides = one.numbers("shape");
        List<Integer> shape = new ArrayList<>();
        double size = 1;
        for (double side : sides) {
            size *= side;
            if (side < 1 || side != Math.rint(side) || size > LARGEST_VECTOR) {
                one.bad("shape", one.node().get("shape") + " (expected: whole numbers, " + LARGEST_VECTOR + " in all)");
                return List.of(1);
            }
            shape.add((int) side);
        }
        if (shape.isEmpty()) {
            one.bad("shape", "missing (expected: the vector's shape, such as [36])");
            return List.of(1);
        }
        return shape;
    }

    @Override
    public Processor start() {
        return (row, next) -> {
            if (!(row.value(tree) instanceof JsonNode message)) {
                throw new RowRejectedException("message: missing");
            }
            @Nullable Object[] values = new @Nullable Object[fields.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value(fields.get(i), message);
            }
            next.pass(row.with(values));
        };
    }

    private static @Nullable Object value(Field field, JsonNode message) throws RowRejectedException {
        JsonNode node = field.path.first(message);
        if (node == null || node.isNull()) {
            if (field.required) {
                throw new RowRejectedException(field.where() + ": missing (expected: " + expected(field.column) + ")");
            }
            return Double.isNaN(field.fallback) ? null : (Object) field.fallback;
        }
        return switch (field.column.kind()) {
            case NUMBER -> number(field, node, message);
            case TEXT -> text(field, node);
            case VECTOR -> vector(field.where(), field.column, node);
            case TREE -> throw new IllegalStateException("a tree is never extracted");
        };
    }

    private static Double number(Field field, JsonNode node, JsonNode message) throws RowRejectedException {
        double number = plain(field.where(), field.column, node);
        if (field.unitPath != null) {
            number = converted(field, number, field.unitPath.first(message));
        }
        if (number < field.minimum || number > field.maximum) {
            throw new RowRejectedException(
                    field.where() + ": " + number + " (expected: " + field.minimum + " to " + field.maximum + ")");
        }
        return number;
    }

    private static double plain(String where, Column column, JsonNode node) throws RowRejectedException {
        double number = Double.NaN;
        if (node.isNumber()) {
            number = Numbers.of(node);
        } else if (node.isBoolean()) {
            number = node.booleanValue() ? 1 : 0;
        } else if (node.isString() && NUMBER.matcher(node.stringValue()).matches()) {
            number = Double.parseDouble(node.stringValue());
        }
        if (!Double.isFinite(number)) {
            throw new RowRejectedException(where + ": " + Fields.shown(node) + " (expected: " + expected(column) + ")");
        }
        return number;
    }

    private static double converted(Field field, double number, @Nullable JsonNode given) throws RowRejectedException {
        Unit to = Unit.find(field.column.unit());
        Unit from = given == null || !given.isString() ? null : Unit.find(given.stringValue());
        if (from == null || to == null || !from.dimension().equals(to.dimension())) {
            throw new RowRejectedException(field.unitPath + ": " + (given == null ? "missing" : Fields.shown(given))
                    + " (expected: one of " + Unit.names(to == null ? null : to.dimension()) + ")");
        }
        return from.convert(number, to);
    }

    private static String text(Field field, JsonNode node) throws RowRejectedException {
        if (node.isContainer()) {
            throw new RowRejectedException(field.where() + ": " + Fields.shown(node) + " (expected: a text)");
        }
        return node.asString();
    }

    /** Nested lists of a column's shape as one vector, row-major. */
    static double[] vector(String where, Column column, JsonNode node) throws RowRejectedException {
        double[] vector = new double[column.size()];
        flatten(where, column, node, 0, vector, 0);
        return vector;
    }

    private static int flatten(String where, Column column, JsonNode node, int axis, double[] into, int at)
            throws RowRejectedException {
        List<Integer> shape = column.shape();
        if (axis == shape.size()) {
            into[at] = plain(where, column, node);
            return at + 1;
        }
        if (!node.isArray() || node.size() != shape.get(axis)) {
            throw new RowRejectedException(where + ": " + Fields.shown(node) + " (expected: " + expected(column) + ")");
        }
        int next = at;
        for (JsonNode child : node.values()) {
            next = flatten(where, column, child, axis + 1, into, next);
        }
        return next;
    }

    private static String expected(Column column) {
        return switch (column.kind()) {
            case NUMBER -> "a number";
            case TEXT, TREE -> "a text";
            case VECTOR -> "numbers of the shape " + column.shape();
        };
    }
}
