package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Dim;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.OnnxGraph;
import io.mlaas.onnx.graph.Shape;
import io.mlaas.onnx.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleBinaryOperator;

/**
 * Arithmetic and comparisons, of numbers (computed while translating) and of tensors with broadcasting and PyTorch's type
 * promotion.
 */
final class ArithmeticOperators {
    private interface OnSizes {
        Optional<Dim> apply(Dim a, Dim b);
    }

    private static final int MAX_ITEMS = 10_000;

    private ArithmeticOperators() {}

    static void register(OperatorTable table) {
        table.add("add", "self other alpha=1", "Add", c -> scaled(c, "Add", 1));
        table.add("sub", "self other alpha=1", "Sub", c -> scaled(c, "Sub", -1));
        table.add("rsub", "self other alpha=1", "Sub", ArithmeticOperators::reverseSubtract);
        table.add("subtract", "self other alpha=1", "Sub", c -> scaled(c, "Sub", -1));
        table.add("divide", "self other rounding_mode=None", "Div, Floor", ArithmeticOperators::divide);
        table.add(
                "multiply",
                "self other",
                "Mul",
                c -> arithmetic(c, "Mul", (a, b) -> Optional.of(a.times(b)), (a, b) -> a * b));
        table.add(
                "mul",
                "self other",
                "Mul",
                c -> arithmetic(c, "Mul", (a, b) -> Optional.of(a.times(b)), (a, b) -> a * b));
        table.add("div", "self other rounding_mode=None", "Div, Floor", ArithmeticOperators::divide);
        table.add("true_divide", "self other", "Div", c -> trueDivide(c));
        table.add("floordiv", "self other", "Div, Floor", ArithmeticOperators::floorDivide);
        table.add("floor_divide", "self other", "Div, Floor", ArithmeticOperators::floorDivide);
        table.add("remainder", "self other", "Mod", c -> remainder(c));
        table.add("pow", "self exponent", "Pow", ArithmeticOperators::power);
        table.add(
                "neg",
                "self",
                "Neg",
                c -> c.value("self") instanceof Value.Int i
                        ? new Value.Int(i.dim().times(-1))
                        : c.value("self") instanceof Value.Real r
                                ? new Value.Real(-r.value())
                                : Values.of(c.like("Neg", List.of(c.tensor("self")))));
        table.add("maximum", "self other", "Max", c -> binary(c, "Max", c.value("self"), c.value("other")));
        table.add("minimum", "self other", "Min", c -> binary(c, "Min", c.value("self"), c.value("other")));
        Map<String, String> comparisons =
                Map.of("eq", "Equal", "lt", "Less", "le", "LessOrEqual", "gt", "Greater", "ge", "GreaterOrEqual");
        comparisons.forEach((name, onnx) -> table.add(name, "self other", onnx, c -> compare(c, name, onnx)));
        table.add("ne", "self other", "Equal, Not", ArithmeticOperators::notEqual);
        table.add(
                "logical_not",
                "self",
                "Not",
                c -> Values.of(not(c, c.graph().cast(c.tensor("self"), ElementType.BOOL))));
        table.add("bitwise_not", "self", "Not", c -> Values.of(not(c, boolTensor(c, "self"))));
        table.add("logical_and", "self other", "And", c -> logical(c, "And"));
        table.add("logical_or", "self other", "Or", c -> logical(c, "Or"));
        table.add("logical_xor", "self other", "Xor", c -> logical(c, "Xor"));
        for (String name : List.of("__and__", "bitwise_and", "__iand__")) {
            table.add(name, "self other", "And", c -> bitwise(c, "And"));
        }
        for (String name : List.of("__or__", "bitwise_or", "__ior__")) {
            table.add(name, "self other", "Or", c -> bitwise(c, "Or"));
        }
        for (String name : List.of("__xor__", "bitwise_xor", "__ixor__")) {
            table.add(name, "self other", "Xor", c -> bitwise(c, "Xor"));
        }
        table.add("where", "condition self other", "Where", ArithmeticOperators::where);
        table.add(
                "masked_fill",
                "self mask value",
                "Where",
                c -> Values.of(where(
                        c,
                        boolTensor(c, "mask"),
                        operand(c, c.value("value"), c.tensor("self").type()),
                        c.tensor("self"))));
    }

    private static Value scaled(Call call, String onnx, int sign) {
        Value alpha = call.value("alpha");
        if (call.value("self") instanceof Value.Items a && call.value("other") instanceof Value.Items b) {
            call.require(a.items().size() + b.items().size() <= MAX_ITEMS, "a list of more than " + MAX_ITEMS);
            Value.Items joined = Value.Items.of(a.items());
            joined.items().addAll(b.items());
            return joined;
        }
        Value other = call.value("other");
        if (!Call.number(alpha).equals(Optional.of(1.0))) {
            other = binary(call, "Mul", other, alpha);
        }
        return arithmetic(
                call,
                onnx,
                call.value("self"),
                other,
                (a, b) -> Optional.of(a.plus(b.times(sign))),
                (a, b) -> a + sign * b);
    }

    private static Value reverseSubtract(Call call) {
        call.require(call.real("alpha") == 1, "alpha: " + call.real("alpha") + " (expected: 1)");
        return arithmetic(
                call,
                "Sub",
                call.value("other"),
                call.value("self"),
                (a, b) -> Optional.of(a.minus(b)),
                (a, b) -> a - b);
    }

    private static Value arithmetic(Call call, String onnx, OnSizes onSizes, DoubleBinaryOperator onReals) {
        return arithmetic(call, onnx, call.value("self"), call.value("other"), onSizes, onReals);
    }

    private static Value arithmetic(
            Call call, String onnx, Value a, Value b, OnSizes onSizes, DoubleBinaryOperator onReals) {
        if (!ScalarOperators.isScalar(a) || !ScalarOperators.isScalar(b)) {
            return binary(call, onnx, a, b);
        }
        Optional<Dim> left = size(a);
        Optional<Dim> right = size(b);
        if (left.isPresent() && right.isPresent()) {
            return new Value.Int(onSizes.apply(left.get(), right.get())
                    .orElseThrow(() -> call.refuse("of " + left.get() + " and " + right.get()
                            + ", which has no single result for every input")));
        }
        return new Value.Real(onReals.applyAsDouble(real(call, a), real(call, b)));
    }

    private static Optional<Dim> size(Value value) {
        return switch (value) {
            case Value.Int integer -> Optional.of(integer.dim());
            case Value.Bool bool -> Optional.of(Dim.of(bool.value() ? 1 : 0));
            case TensorValue tensor
            when tensor.stored().isPresent() ->
                Optional.of(Dim.of((long) tensor.stored().get().scalar()));
            default -> Optional.empty();
        };
    }

    private static double real(Call call, Value value) {
        return Call.number(value)
                .orElseThrow(() -> call.refuse(
                        Values.describe(value) + " (expected: a number that does not depend on the input)"));
    }

    /** A node over two tensors, or a tensor and a number, of the type that PyTorch would give the result. */
    static Value binary(Call call, String onnx, Value a, Value b) {
        ElementType type = commonType(call, a, b);
        return Values.of(broadcast(call, onnx, type, operand(call, a, type), operand(call, b, type)));
    }

    static Tensor broadcast(Call call, String onnx, ElementType result, Tensor a, Tensor b) {
        Shape shape = a.shape()
                .broadcast(b.shape())
                .orElseThrow(() ->
                        call.refuse("shapes " + a.shape() + " and " + b.shape() + " (expected: two that broadcast)"));
        return call.node(onnx, result, shape, List.of(a, b));
    }

    static Tensor operand(Call call, Value value, ElementType type) {
        OnnxGraph graph = call.graph();
        Optional<Double> number = value instanceof TensorValue ? Optional.empty() : Call.number(value);
        if (number.isPresent()) {
            return graph.scalar(type, number.get());
        }
        return switch (value) {
            case TensorValue tensor -> graph.cast(tensor.tensor(), type);
            case Value.Int integer -> graph.cast(graph.reshape(graph.size(integer.dim()), Shape.SCALAR), type);
            default -> throw call.refuse(Values.describe(value) + " (expected: a tensor or a number)");
        };
    }

    /** Tensors with axes count more than tensors without, and those more than numbers, unless their kind is lower. */
    static ElementType commonType(Call call, Value a, Value b) {
        int left = weight(a);
        int right = weight(b);
        if (left == right) {
            return typeOf(call, a).promotedWith(typeOf(call, b));
        }
        ElementType major = typeOf(call, left > right ? a : b);
        ElementType minor = typeOf(call, left > right ? b : a);
        return kind(minor) > kind(major) ? minor : major;
    }

    private static int weight(Value value) {
        return value instanceof TensorValue tensor ? (tensor.rank() > 0 ? 2 : 1) : 0;
    }

    private static int kind(ElementType type) {
        return type.isFloating() ? 2 : type == ElementType.BOOL ? 0 : 1;
    }

    private static ElementType typeOf(Call call, Value value) {
        return switch (value) {
            case TensorValue tensor -> tensor.type();
            case Value.Int integer -> ElementType.INT64;
            case Value.Bool bool -> ElementType.BOOL;
            default -> call.floatType();
        };
    }

    private static Value divide(Call call) {
        if (!call.given("rounding_mode")) {
            return trueDivide(call);
        }
        String mode = call.text("rounding_mode");
        call.require(mode.equals("floor") || mode.equals("trunc"), "rounding_mode: " + mode);
        if (mode.equals("floor")) {
            return floorDivide(call);
        }
        if (ScalarOperators.isScalar(call.value("self")) && ScalarOperators.isScalar(call.value("other"))) {
            return arithmetic(call, "Div", Dim::dividedBy, (x, y) -> x / y < 0 ? Math.ceil(x / y) : Math.floor(x / y));
        }
        ElementType type = commonType(call, call.value("self"), call.value("other"));
        if (!type.isFloating()) {
            return binary(call, "Div", call.value("self"), call.value("other"));
        }
        Tensor quotient = ((TensorValue) binary(call, "Div", call.value("self"), call.value("other"))).tensor();
        Tensor sign = call.like("Sign", List.of(quotient));
        Tensor floor = call.like("Floor", List.of(call.like("Abs", List.of(quotient))));
        return Values.of(call.like("Mul", List.of(sign, floor)));
    }

    private static Value trueDivide(Call call) {
        Value a = call.value("self");
        Value b = call.value("other");
        if (ScalarOperators.isScalar(a) && ScalarOperators.isScalar(b)) {
            return new Value.Real(real(call, a) / real(call, b));
        }
        ElementType type = commonType(call, a, b);
        ElementType floating = type.isFloating() ? type : call.floatType();
        return Values.of(broadcast(call, "Div", floating, operand(call, a, floating), operand(call, b, floating)));
    }

    private static Value floorDivide(Call call) {
        Value a = call.value("self");
        Value b = call.value("other");
        if (ScalarOperators.isScalar(a) && ScalarOperators.isScalar(b)) {
            return arithmetic(call, "Div", Dim::dividedBy, (x, y) -> Math.floor(x / y));
        }
        ElementType type = commonType(call, a, b);
        call.require(type.isFloating(), "floor division of integer tensors");
        return Values.of(call.like("Floor", List.of(((TensorValue) binary(call, "Div", a, b)).tensor())));
    }

    private static Value remainder(Call call) {
        Value a = call.value("self");
        Value b = call.value("other");
        if (ScalarOperators.isScalar(a) && ScalarOperators.isScalar(b)) {
            return arithmetic(
                    call,
                    "Mod",
                    (x, y) -> x.dividedBy(y).map(q -> x.minus(q.times(y))),
                    (x, y) -> x - y * Math.floor(x / y));
        }
        ElementType type = commonType(call, a, b);
        if (type.isFloating()) {
            return Values.of(MathOperators.remainder(call, operand(call, a, type), operand(call, b, type)));
        }
        return binary(call, "Mod", a, b);
    }

    private static Value power(Call call) {
        Value a = call.value("self");
        Value b = call.value("exponent");
        if (ScalarOperators.isScalar(a) && ScalarOperators.isScalar(b)) {
            double result = Math.pow(real(call, a), real(call, b));
            return a instanceof Value.Int && b instanceof Value.Int
                    ? Value.Int.of((long) result)
                    : new Value.Real(result);
        }
        Optional<Double> exponent = b instanceof TensorValue ? Optional.empty() : Call.number(b);
        if (exponent.equals(Optional.of(2.0))) {
            return binary(call, "Mul", a, a);
        }
        return exponent.equals(Optional.of(0.5))
                        && a instanceof TensorValue base
                        && base.type().isFloating()
                ? Values.of(call.like("Sqrt", List.of(base.tensor())))
                : binary(call, "Pow", a, b);
    }

    private static Value compare(Call call, String name, String onnx) {
        Value a = call.value("self");
        Value b = call.value("other");
        if ((a instanceof TensorValue x && !ScalarOperators.isScalar(x))
                || (b instanceof TensorValue y && !ScalarOperators.isScalar(y))) {
            ElementType type = commonType(call, a, b);
            return Values.of(broadcast(call, onnx, ElementType.BOOL, operand(call, a, type), operand(call, b, type)));
        }
        if (name.equals("eq")) {
            return new Value.Bool(equal(call, a, b));
        }
        int order = order(call, a, b);
        return new Value.Bool(
                switch (name) {
                    case "lt" -> order < 0;
                    case "le" -> order <= 0;
                    case "gt" -> order > 0;
                    default -> order >= 0;
                });
    }

    private static int order(Call call, Value a, Value b) {
        Optional<Dim> left = size(a);
        Optional<Dim> right = size(b);
        if (left.isPresent() && right.isPresent()) {
            OptionalLong order = left.get().compare(right.get());
            if (order.isEmpty()) {
                throw call.refuse("of " + left.get() + " and " + right.get() + ", which depends on the input's size");
            }
            return (int) order.getAsLong();
        }
        return Double.compare(real(call, a), real(call, b));
    }

    private static boolean equal(Call call, Value a, Value b) {
        if (a instanceof Value.Int x && b instanceof Value.Int y) {
            if (x.dim().compare(y.dim()).isEmpty()) {
                call.warn("taken as unequal: sizes " + x.dim() + " and " + y.dim());
            }
            return x.dim().equals(y.dim());
        }
        if (ScalarOperators.isScalar(a) && ScalarOperators.isScalar(b)) {
            return real(call, a) == real(call, b);
        }
        if (a instanceof Value.Items || a instanceof Value.Tuple) {
            List<Value> left = elements(a);
            List<Value> right = elements(b);
            call.require(
                    left.stream().allMatch(ArithmeticOperators::isPlain),
                    "a comparison of nested lists (expected: lists of numbers or text)");
            return left.equals(right);
        }
        call.require(isPlain(a) || isPlain(b), "a comparison of " + Values.describe(a) + " and " + Values.describe(b));
        return a.equals(b);
    }

    private static List<Value> elements(Value value) {
        return switch (value) {
            case Value.Items list -> list.items();
            case Value.Tuple tuple -> tuple.items();
            default -> List.of(value);
        };
    }

    static boolean isPlain(Value value) {
        return switch (value) {
            case Value.Int integer -> true;
            case Value.Real real -> true;
            case Value.Bool bool -> true;
            case Value.Text text -> true;
            case Value.None none -> true;
            default -> false;
        };
    }

    private static Value notEqual(Call call) {
        Value equal = compare(call, "eq", "Equal");
        return equal instanceof Value.Bool bool
                ? new Value.Bool(!bool.value())
                : Values.of(not(call, ((TensorValue) equal).tensor()));
    }

    private static Tensor not(Call call, Tensor tensor) {
        return call.node("Not", ElementType.BOOL, tensor.shape(), List.of(tensor));
    }

    private static Tensor boolTensor(Call call, String name) {
        Tensor tensor = call.tensor(name);
        call.require(tensor.type() == ElementType.BOOL, name + ": " + tensor.type() + " (expected: bool)");
        return tensor;
    }

    private static Value logical(Call call, String onnx) {
        Tensor a = call.graph().cast(call.tensor("self"), ElementType.BOOL);
        Tensor b = call.graph().cast(call.tensor("other"), ElementType.BOOL);
        return Values.of(broadcast(call, onnx, ElementType.BOOL, a, b));
    }

    /** Of conditions: numbers whose bits are combined are refused. */
    private static Value bitwise(Call call, String onnx) {
        Value a = call.value("self");
        Value b = call.value("other");
        if (!(a instanceof TensorValue) && !(b instanceof TensorValue)) {
            boolean left = call.bool("self");
            boolean right = call.bool("other");
            return new Value.Bool(
                    onnx.equals("And") ? left && right : onnx.equals("Or") ? left || right : left != right);
        }
        call.require(
                commonType(call, a, b) == ElementType.BOOL,
                "the bits of " + commonType(call, a, b) + " (expected: bool)");
        return Values.of(broadcast(
                call, onnx, ElementType.BOOL, operand(call, a, ElementType.BOOL), operand(call, b, ElementType.BOOL)));
    }

    private static Value where(Call call) {
        ElementType type = commonType(call, call.value("self"), call.value("other"));
        return Values.of(where(
                call,
                boolTensor(call, "condition"),
                operand(call, call.value("self"), type),
                operand(call, call.value("other"), type)));
    }

    static Tensor where(Call call, Tensor condition, Tensor yes, Tensor no) {
        Shape shape = condition
                .shape()
                .broadcast(yes.shape())
                .flatMap(s -> s.broadcast(no.shape()))
                .orElseThrow(() -> call.refuse("shapes that do not broadcast"));
        return call.node("Where", yes.type(), shape, List.of(condition, yes, no));
    }
}
