package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Operators that make a tensor from numbers, or give one another element type. */
final class CreationOperators {
    private static final int MAX_STORED = 1 << 20;
    private static final String OPTIONS = " dtype=None layout=None device=None pin_memory=None";

    private CreationOperators() {}

    static void register(OperatorTable table) {
        table.add("zeros", "size" + OPTIONS, "Expand", c -> filled(c, c.dims("size"), 0, c.floatType()));
        table.add("ones", "size" + OPTIONS, "Expand", c -> filled(c, c.dims("size"), 1, c.floatType()));
        table.add(
                "full",
                "size fill_value" + OPTIONS,
                "Expand",
                c -> filled(c, c.dims("size"), c.real("fill_value"), typeOf(c, c.value("fill_value"))));
        table.add(
                "empty",
                "size" + OPTIONS + " memory_format=None",
                "Expand",
                c -> filled(c, c.dims("size"), 0, c.floatType()));
        String like = "self" + OPTIONS + " memory_format=None";
        table.add(
                "zeros_like",
                like,
                "Expand",
                c -> filled(
                        c, c.tensor("self").shape().dims(), 0, c.tensor("self").type()));
        table.add(
                "ones_like",
                like,
                "Expand",
                c -> filled(
                        c, c.tensor("self").shape().dims(), 1, c.tensor("self").type()));
        table.add(
                "full_like",
                "self fill_value" + OPTIONS + " memory_format=None",
                "Expand",
                c -> filled(
                        c,
                        c.tensor("self").shape().dims(),
                        c.real("fill_value"),
                        c.tensor("self").type()));
        table.add(
                "new_zeros",
                "self size" + OPTIONS,
                "Expand",
                c -> filled(c, c.dims("size"), 0, c.tensor("self").type()));
        table.add(
                "new_ones",
                "self size" + OPTIONS,
                "Expand",
                c -> filled(c, c.dims("size"), 1, c.tensor("self").type()));
        table.add(
                "arange",
                "a b=None c=None d=None e=None f=None g=None dtype=None layout=None device=None pin_memory=None",
                "Range",
                CreationOperators::arange);
        table.add("tensor", "data dtype=None device=None requires_grad=False", "", CreationOperators::ofNumber);
        table.add("scalar_tensor", "data" + OPTIONS, "", CreationOperators::ofNumber);
        table.add(
                "to",
                "self a=None b=None c=None d=None e=None dtype=None layout=None device=None pin_memory=None non_blocking=False copy=False memory_format=None",
                "Cast",
                CreationOperators::to);
        table.add(
                "new_full",
                "self size fill_value" + OPTIONS,
                "Expand",
                c -> filled(
                        c,
                        c.dims("size"),
                        c.real("fill_value"),
                        c.tensor("self").type()));
        table.add(
                "new_empty",
                "self size" + OPTIONS,
                "Expand",
                c -> filled(c, c.dims("size"), 0, c.tensor("self").type()));
        table.add(
                "empty_like",
                like,
                "Expand",
                c -> filled(
                        c, c.tensor("self").shape().dims(), 0, c.tensor("self").type()));
        table.add("eye", "n m=None b=None c=None d=None e=None" + OPTIONS, "", CreationOperators::identity);
        table.add("linspace", "start end steps" + OPTIONS, "", c -> spaced(c, 0));
        table.add("logspace", "start end steps base=10" + OPTIONS, "", c -> spaced(c, c.real("base")));
        for (String name : List.of("lift_fresh", "lift_fresh_copy", "lift")) {
            table.add(name, "self", "", c -> Values.of(c.tensor("self")));
        }
        table.add(
                "_to_copy",
                "self" + OPTIONS + " non_blocking=False memory_format=None",
                "Cast",
                c -> Values.of(c.graph()
                        .cast(c.tensor("self"), c.type("dtype", c.tensor("self").type()))));
        table.add("type_as", "self other", "Cast", CreationOperators::typeAs);
        table.add("cpu", "self", "", c -> c.value("self"));
    }

    /** 0, 1, 2 … below a size. */
    static Tensor upTo(Call call, Dim end) {
        return call.node(
                "Range",
                ElementType.INT64,
                new Shape(List.of(end)),
                List.of(
                        call.graph().index(0),
                        call.graph().reshape(call.graph().size(end), Shape.SCALAR),
                        call.graph().index(1)));
    }

    private static Value identity(Call call) {
        long rows = call.integer("n");
        // eye(n, dtype, …) and eye(n, m, dtype, …): four options follow the sizes
        long columns = call.given("m") && !call.given("b") ? call.integer("m") : rows;
        ElementType type = call.type("dtype", call.floatType());
        call.require(
                rows >= 0
                        && columns >= 0
                        && rows <= MAX_STORED
                        && columns <= MAX_STORED
                        && rows * columns <= MAX_STORED,
                "a matrix of " + rows + " rows");
        double[] values = new double[(int) (rows * columns)];
        for (long i = 0; i < Math.min(rows, columns); i++) {
            values[(int) (i * columns + i)] = 1;
        }
        return Values.of(call.graph().numbers(type, Shape.of(rows, columns), values));
    }

    /** @param base 0 for the numbers themselves, otherwise what is raised to them */
    private static Value spaced(Call call, double base) {
        int steps = (int) call.integer("steps");
        call.require(steps >= 0 && steps <= MAX_STORED, "steps: " + steps);
        double start = call.real("start");
        double end = call.real("end");
        double[] values = new double[steps];
        for (int i = 0; i < steps; i++) {
            // counted from both ends, as PyTorch does
            double step = steps == 1 ? 0 : (end - start) / (steps - 1);
            double value = i < steps / 2 ? start + step * i : end - step * (steps - 1 - i);
            values[i] = base == 0 ? value : Math.pow(base, value);
        }
        if (steps == 1) {
            values[0] = base == 0 ? start : Math.pow(base, start);
        }
        return Values.of(call.graph().numbers(call.type("dtype", call.floatType()), Shape.of(steps), values));
    }

    private static Value typeAs(Call call) {
        ElementType type = call.tensor("other").type();
        Tensor self = call.tensor("self");
        return self.type() == type ? call.value("self") : Values.of(call.graph().cast(self, type));
    }

    private static ElementType typeOf(Call call, Value value) {
        return switch (value) {
            case Value.Bool bool -> ElementType.BOOL;
            case Value.Int integer -> ElementType.INT64;
            case TensorValue tensor -> tensor.type();
            default -> call.floatType();
        };
    }

    private static Value filled(Call call, List<Dim> size, double number, ElementType otherwise) {
        ElementType type = call.type("dtype", otherwise);
        Shape shape = new Shape(size);
        Tensor one = call.graph().scalar(type, number);
        Tensor all = shape.rank() == 0
                ? one
                : call.node("Expand", type, shape, List.of(one, call.graph().sizes(shape)));
        return new TensorValue(new TensorValue.Content(all, Optional.empty(), OptionalDouble.of(number)));
    }

    /** {@code arange(end, …)}, {@code arange(start, end, …)}, {@code arange(start, end, step, …)}, four options each. */
    private static Value arange(Call call) {
        List<Value> positional = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d", "e", "f", "g")) {
            positional.add(call.value(name));
        }
        int given = positional.size();
        while (given > 0 && positional.get(given - 1) instanceof Value.None) {
            given--;
        }
        if (positional.subList(0, 3).stream().anyMatch(v -> v instanceof Value.Real)) {
            return fractions(call, given, positional);
        }
        boolean range = call.given("b") && !(given == 4 && positional.get(2) instanceof Value.None);
        Dim start = range ? call.dim("a") : Dim.of(0);
        Dim end = range ? call.dim("b") : call.dim("a");
        long step = range && call.given("c") && call.value("c") instanceof Value.Int ? call.integer("c") : 1;
        Dim length = end.minus(start);
        Dim count = step == 1
                ? length
                : length.dividedBy(Dim.of(step))
                        .filter(d -> d.times(step).equals(length))
                        .or(() -> length.plus(step - 1).dividedBy(Dim.of(step)))
                        .orElseThrow(() -> call.refuse("length " + length + " by steps of " + step));
        Shape scalar = Shape.SCALAR;
        Tensor values = call.node(
                "Range",
                ElementType.INT64,
                new Shape(List.of(count)),
                List.of(
                        call.graph().reshape(call.graph().size(start), scalar),
                        call.graph().reshape(call.graph().size(end), scalar),
                        call.graph().index(step)));
        return Values.of(call.graph().cast(values, call.type("dtype", ElementType.INT64)));
    }

    private static Value fractions(Call call, int given, List<Value> positional) {
        double start = given == 1 ? 0 : number(call, positional.get(0));
        double end = number(call, positional.get(given == 1 ? 0 : 1));
        double step = given >= 3 ? number(call, positional.get(2)) : 1;
        double count = Math.ceil((end - start) / step);
        call.require(count >= 0 && count <= MAX_STORED, "from " + start + " to " + end + " by " + step);
        double[] values = new double[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = start + i * step;
        }
        return Values.of(call.graph().numbers(call.type("dtype", call.floatType()), Shape.of(values.length), values));
    }

    private static double number(Call call, Value value) {
        return Call.number(value).orElseThrow(() -> call.refuse(Values.describe(value) + " (expected: a number)"));
    }

    /** Lists of numbers, nested for more axes. */
    private static Value ofList(Call call, Value.Items list) {
        List<Double> numbers = new ArrayList<>();
        List<Long> sizes = new ArrayList<>();
        Value first = list;
        while (first instanceof Value.Items items && !items.items().isEmpty()) {
            sizes.add((long) items.items().size());
            first = items.items().getFirst();
        }
        collect(call, list, numbers);
        Shape shape = Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
        call.require(shape.elements().is(numbers.size()) && numbers.size() <= MAX_STORED, "lists of different lengths");
        double[] values = numbers.stream().mapToDouble(Double::doubleValue).toArray();
        return Values.of(call.graph().numbers(call.type("dtype", typeOf(call, first)), shape, values));
    }

    private static void collect(Call call, Value value, List<Double> numbers) {
        if (value instanceof Value.Items items) {
            items.items().forEach(item -> collect(call, item, numbers));
        } else {
            numbers.add(number(call, value));
        }
    }

    private static Value ofNumber(Call call) {
        Value data = call.value("data");
        if (data instanceof Value.Items list) {
            return ofList(call, list);
        }
        if (data instanceof Value.Int integer && !integer.dim().isConstant()) {
            return Values.of(call.tensor("data"));
        }
        double number = Call.number(data).orElseThrow(() -> call.refuse("expected: one number"));
        Tensor tensor = call.graph().scalar(call.type("dtype", typeOf(call, data)), number);
        return new TensorValue(new TensorValue.Content(tensor, Optional.empty(), OptionalDouble.of(number)));
    }

    /** {@code to(dtype, …)}, {@code to(device, dtype, …)} and {@code to(other, …)}: what matters is the element type. */
    private static Value to(Call call) {
        ElementType type = call.type("dtype", call.tensor("self").type());
        if (call.value("a") instanceof TensorValue other) {
            type = other.type();
        } else if (call.value("a") instanceof Value.Int) {
            type = call.type("a", type);
        } else if (call.value("b") instanceof Value.Int) {
            type = call.type("b", type);
        }
        Tensor self = call.tensor("self");
        return self.type() == type ? call.value("self") : Values.of(call.graph().cast(self, type));
    }
}
