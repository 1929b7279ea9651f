package io.mlaas.transform.step;

import io.mlaas.transform.document.Fields;
import io.mlaas.transform.document.Numbers;
import io.mlaas.transform.row.Column;
import io.mlaas.transform.row.Column.Kind;
import io.mlaas.transform.row.Row;
import io.mlaas.transform.row.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code http}: columns that a transformer elsewhere makes. It stands before every step that keeps a state, so that a
 * message can be given again after the other side was away.
 */
final class HttpStep extends Step {
    private final PredictCall call;
    private final List<Integer> inputs;
    private final List<Integer> kept;
    private final List<Column> outputs;

    private HttpStep(
            Schema input,
            Schema output,
            PredictCall call,
            List<Integer> inputs,
            List<Integer> kept,
            List<Column> outputs) {
        super(input, output);
        this.call = call;
        this.inputs = List.copyOf(inputs);
        this.kept = List.copyOf(kept);
        this.outputs = List.copyOf(outputs);
    }

    static Step read(Fields fields, Schema input) {
        List<Integer> inputs = new ArrayList<>();
        for (String name : fields.texts("inputs")) {
            int index = input.index(name);
            if (index < 0 && !input.open()) {
                fields.bad("inputs", "\"" + name + "\" (expected: one of the columns " + input.names() + ")");
            } else if (index >= 0) {
                inputs.add(index);
            }
        }
        List<Integer> kept = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < input.size(); i++) {
            if (input.get(i).kind() != Kind.TREE) {
                kept.add(i);
                columns.add(input.get(i));
            }
        }
        List<Column> outputs = new ArrayList<>();
        for (Fields one : fields.objects("outputs")) {
            Column output = output(one, input);
            outputs.add(output);
            columns.add(output);
        }
        Schema output = new Schema(columns, input.period(), input.open());
        return new HttpStep(input, output, PredictCall.read(fields), inputs, kept, outputs);
    }

    private static Column output(Fields one, Schema input) {
        String name = new Columns(one, input).fresh("name", one.text("name"));
        String unit = Units.read(one, "unit", "");
        List<Integer> shape = one.has("shape") ? Extract.shape(one) : List.of();
        one.finish();
        return new Column(name, shape.isEmpty() ? Kind.NUMBER : Kind.VECTOR, unit, shape);
    }

    public PredictCall call() {
        return call;
    }

    @Override
    public Processor start() {
        return (row, next) -> {
            JsonNode answer = call.call(instance(row));
            @Nullable Object[] values = new @Nullable Object[output().size()];
            for (int i = 0; i < kept.size(); i++) {
                values[i] = row.value(kept.get(i));
            }
            for (int i = 0; i < outputs.size(); i++) {
                values[kept.size() + i] = value(outputs.get(i), answer);
            }
            next.pass(row.with(values));
        };
    }

    private JsonNode instance(Row row) {
        if (inputs.size() == 1) {
            return json(row.value(inputs.getFirst()));
        }
        ObjectNode instance = JsonNodeFactory.instance.objectNode();
        for (int input : inputs) {
            instance.set(input().get(input).name(), json(row.value(input)));
        }
        return instance;
    }

    private static JsonNode json(@Nullable Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value) {
            case JsonNode tree -> tree;
            case Double number -> nodes.numberNode(number);
            case String text -> nodes.stringNode(text);
            case double[] vector -> {
                ArrayNode array = nodes.arrayNode();
                for (double number : vector) {
                    array.add(number);
                }
                yield array;
            }
            case null, default -> nodes.nullNode();
        };
    }

    private Object value(Column column, JsonNode answer) throws RowRejectedException {
        JsonNode node = answer.isObject() ? answer.path(column.name()) : answer;
        if (!answer.isObject() && outputs.size() > 1) {
            throw new RowRejectedException(call.address() + ": " + Fields.shown(answer) + " (expected: an object with "
                    + output().names() + ")");
        }
        if (column.kind() == Kind.VECTOR) {
            return Extract.vector(call.address() + ": " + column.name(), column, node);
        }
        double number = Numbers.of(node);
        if (Double.isNaN(number)) {
            throw new RowRejectedException(
                    call.address() + ": " + column.name() + ": " + Fields.shown(node) + " (expected: a number)");
        }
        return number;
    }
}
