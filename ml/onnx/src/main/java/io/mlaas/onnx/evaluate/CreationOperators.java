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
    private static final String OPTIONS = " dtype=None layout=None device=None pin_memory=None";

    private CreationOperators() {}

    static void register(OperatorTable table) {
        table.add("zeros", "size" + OPTIONS, "Expand", c -> filled(c, c.dims("size"), 0, ElementType.FLOAT32));
        table.add("ones", "size" + OPTIONS, "Expand", c -> filled(c, c.dims("size"), 1, ElementType.FLOAT32));
        table.add(
                "full",
                "size fill_value" + OPTIONS,
                "Expand",
                c -> filled(c, c.dims("size"), c.real("fill_value"), typeOf(c.value("fill_value"))));
        table.add(
                "empty",
                "size" + OPTIONS + " memory_format=None",
                "Expand",
                c -> filled(c, c.dims("size"), 0, ElementType.FLOAT32));
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
        table.add("type_as", "self other", "Cast", CreationOperators::typeAs);
        table.add("cpu", "self", "", c -> c.value("self"));
    }

    private static Value typeAs(Call call) {
        ElementType type = call.tensor("other").type();
        Tensor self = call.tensor("self");
        return self.type() == type ? call.value("self") : Values.of(call.graph().cast(self, type));
    }

    private static ElementType typeOf(Value value) {
        return switch (value) {
            case Value.Bool bool -> ElementType.BOOL;
            case Value.Int integer -> ElementType.INT64;
            case TensorValue tensor -> tensor.type();
            default -> ElementType.FLOAT32;
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
        call.require(
                given <= 3 || positional.subList(3, given).stream().noneMatch(v -> v instanceof Value.Real),
                "its arguments");
        boolean range = call.given("b") && !(given == 4 && positional.get(2) instanceof Value.None);
        Dim start = range ? call.dim("a") : Dim.of(0);
        Dim end = range ? call.dim("b") : call.dim("a");
        long step = range && call.given("c") && call.value("c") instanceof Value.Int ? call.integer("c") : 1;
        Dim length = end.minus(start);
        Dim count = step == 1
                ? length
                : length.plus(step - 1)
                        .dividedBy(Dim.of(step))
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

    private static Value ofNumber(Call call) {
        Value data = call.value("data");
        if (data instanceof Value.Int integer && !integer.dim().isConstant()) {
            return Values.of(call.tensor("data"));
        }
        double number = Call.number(data).orElseThrow(() -> call.refuse("expected: one number"));
        Tensor tensor = call.graph().scalar(call.type("dtype", typeOf(data)), number);
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
