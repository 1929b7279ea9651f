package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Column.Kind;
import io.mlaas.transform.row.Schema;
import io.mlaas.transform.row.Unit;
import org.jspecify.annotations.Nullable;

/** {@code convert}: a column in another unit of the same dimension. Predictions stay in the new unit. */
final class Convert extends Step {
    private final int column;
    private final Unit from;
    private final Unit to;

    private Convert(Schema input, Schema output, int column, Unit from, Unit to) {
        super(input, output);
        this.column = column;
        this.from = from;
        this.to = to;
    }

    static @Nullable Step read(Fields fields, Schema input) {
        int column = new Columns(fields, input).one("field", Kind.NUMBER);
        Unit from = column < 0 ? null : Unit.find(input.get(column).unit());
        if (column >= 0 && from == null) {
            fields.bad(
                    "field",
                    "\"" + input.get(column).name() + "\" has no unit (expected: a column whose unit is declared)");
        }
        Unit to = from == null ? null : Units.like(fields, "to", from);
        if (from == null || to == null) {
            Units.read(fields, "to", "");
            return null;
        }
        Schema output = input.with(Column.number(input.get(column).name(), to.name()));
        return new Convert(input, output, column, from, to);
    }

    @Override
    public Processor start() {
        return (row, next) -> {
            @Nullable Object[] values = row.values(row.size());
            double number = row.number(column);
            values[column] = Double.isNaN(number) ? null : (Object) from.convert(number, to);
            next.pass(row.with(values));
        };
    }
}
