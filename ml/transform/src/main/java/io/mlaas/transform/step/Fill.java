package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Column.Kind;
import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code fill}: what is missing, in rows that are there and, behind a resample step, in whole rows that are not. Rows in
 * which something stays missing end here, so a longer gap than {@code limit} stays a gap.
 */
final class Fill extends Step {
    private static final int LONGEST = 10_000;

    enum Method {
        PREVIOUS,
        LINEAR,
        CONSTANT,
        DROP
    }

    final Method method;
    final double constant;
    final int limit;
    final List<Integer> columns;
    final long period;

    private Fill(Schema schema, Method method, double constant, int limit, List<Integer> columns) {
        super(schema, schema);
        this.method = method;
        this.constant = constant;
        this.limit = limit;
        this.columns = List.copyOf(columns);
        this.period = schema.period();
    }

    static Step read(Fields fields, Schema input) {
        Method method = fields.choice("method", Method.class);
        List<Integer> columns = fields.has("fields") ? new Columns(fields, input).numbers("fields") : allNumbers(input);
        if (method == Method.LINEAR && input.period() == 0 && !input.open()) {
            fields.bad("method", "\"linear\" (expected: a resample step before it, so that the period is known)");
        }
        if (method == Method.CONSTANT && !fields.has("value")) {
            fields.bad("value", "missing (expected: the number to fill in)");
        }
        if (method != Method.CONSTANT && fields.has("value")) {
            fields.bad("value", "given (expected: only with \"constant\")");
        }
        return new Fill(input, method, fields.number("value", 0), fields.integer("limit", 6, 1, LONGEST), columns);
    }

    private static List<Integer> allNumbers(Schema input) {
        List<Integer> columns = new ArrayList<>();
        for (Column column : input.columns()) {
            if (column.kind() == Kind.NUMBER) {
                columns.add(input.index(column.name()));
            }
        }
        return columns;
    }

    @Override
    public Scope scope() {
        return method == Method.DROP ? Scope.NONE : Scope.SOURCE;
    }

    @Override
    public long mostRows() {
        return method == Method.LINEAR ? limit + 2L : 1;
    }

    @Override
    public Processor start() {
        return method == Method.DROP ? this::dropIncomplete : new FillProcessor(this);
    }

    private void dropIncomplete(Row row, Output next) {
        for (int column : columns) {
            if (!row.complete(column)) {
                next.drop("missing");
                return;
            }
        }
        next.pass(row);
    }
}
