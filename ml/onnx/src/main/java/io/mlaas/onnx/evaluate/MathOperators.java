package io.mlaas.onnx.evaluate;

import io.mlaas.onnx.evaluate.Value.TensorValue;
import io.mlaas.onnx.graph.Attribute;
import io.mlaas.onnx.graph.ElementType;
import io.mlaas.onnx.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Mathematical functions of each element, most of them composed of simpler ones. */
final class MathOperators {
    private interface Unary {
        Tensor of(Call call, Tensor x);
    }

    private interface Binary {
        Tensor of(Call call, Tensor a, Tensor b);
    }

    private MathOperators() {}

    static void register(OperatorTable table) {
        Map<String, String> plain = new LinkedHashMap<>();
        plain.put("asin", "Asin");
        plain.put("acos", "Acos");
        plain.put("asinh", "Asinh");
        plain.put("acosh", "Acosh");
        plain.put("atanh", "Atanh");
        plain.put("sgn", "Sign");
        plain.put("negative", "Neg");
        plain.put("special_expit", "Sigmoid");
        plain.forEach((name, onnx) -> unary(table, name, onnx, (c, x) -> c.like(onnx, List.of(x))));
        unary(table, "log2", "Log, Mul", (c, x) -> times(c, c.like("Log", List.of(x)), 1 / Math.log(2)));
        unary(table, "log10", "Log, Mul", (c, x) -> times(c, c.like("Log", List.of(x)), 1 / Math.log(10)));
        unary(table, "exp2", "Pow", (c, x) -> combine(c, "Pow", c.scalarLike(x, 2), x));
        unary(table, "trunc", "Sign, Abs, Floor, Mul", MathOperators::truncated);
        unary(table, "fix", "Sign, Abs, Floor, Mul", MathOperators::truncated);
        unary(table, "frac", "Sign, Abs, Floor, Mul, Sub", (c, x) -> combine(c, "Sub", x, truncated(c, x)));
        unary(table, "erfc", "Erf, Sub", (c, x) -> combine(c, "Sub", c.scalarLike(x, 1), c.like("Erf", List.of(x))));
        unary(table, "deg2rad", "Mul", (c, x) -> times(c, x, Math.PI / 180));
        unary(table, "rad2deg", "Mul", (c, x) -> times(c, x, 180 / Math.PI));
        unary(table, "sinc", "Sin, Div, Where", MathOperators::sinc);
        unary(table, "positive", "", (c, x) -> x);
        for (String name : List.of("logit", "special_logit")) {
            table.add(name, "self eps=None", "Clip, Log, Sub", MathOperators::logit);
        }
        table.add("isnan", "self", "IsNaN", c -> Values.of(test(c, "IsNaN", c.tensor("self"))));
        table.add("isinf", "self", "IsInf", c -> Values.of(test(c, "IsInf", c.tensor("self"))));
        table.add("isfinite", "self", "IsNaN, IsInf, Or, Not", c -> {
            Tensor self = c.tensor("self");
            Tensor neither = broadcast(c, "Or", test(c, "IsNaN", self), test(c, "IsInf", self));
            return Values.of(test(c, "Not", neither));
        });
        table.add(
                "nan_to_num",
                "self nan=None posinf=None neginf=None",
                "IsNaN, IsInf, Where",
                MathOperators::nanToNumber);

        binary(table, "fmod", "self other", "Mod", (c, a, b) -> floatingMod(c, a, b));
        binary(table, "atan2", "self other", "Atan, Where", MathOperators::atan2);
        binary(
                table,
                "hypot",
                "self other",
                "Mul, Add, Sqrt",
                (c, a, b) ->
                        c.like("Sqrt", List.of(combine(c, "Add", combine(c, "Mul", a, a), combine(c, "Mul", b, b)))));
        binary(table, "fmax", "self other", "Max", (c, a, b) -> combine(c, "Max", a, b));
        binary(table, "fmin", "self other", "Min", (c, a, b) -> combine(c, "Min", a, b));
        binary(table, "copysign", "self other", "Abs, Neg, Where", (c, a, b) -> {
            Tensor size = c.like("Abs", List.of(a));
            return select(c, compare(c, "Less", b, 0), c.like("Neg", List.of(size)), size);
        });
        binary(table, "heaviside", "self values", "Equal, Greater, Where", (c, a, b) -> {
            Tensor step = c.graph().cast(compare(c, "Greater", a, 0), a.type());
            return select(c, compare(c, "Equal", a, 0), b, step);
        });
        for (String name : List.of("xlogy", "special_xlogy")) {
            binary(table, name, "self other", "Log, Mul, Where", (c, a, b) -> {
                Tensor product = combine(c, "Mul", a, c.like("Log", List.of(b)));
                return select(c, compare(c, "Equal", a, 0), c.scalarLike(a, 0), product);
            });
        }
        binary(table, "logaddexp", "self other", "Max, Exp, Log", (c, a, b) -> {
            Tensor apart = c.like("Abs", List.of(combine(c, "Sub", a, b)));
            Tensor small = c.like("Exp", List.of(c.like("Neg", List.of(apart))));
            Tensor rest = c.like("Log", List.of(ActivationOperators.plus(c, small, 1)));
            return combine(c, "Add", combine(c, "Max", a, b), rest);
        });
        table.add("lerp", "self end weight", "Sub, Mul, Add", c -> {
            Value span = ArithmeticOperators.binary(c, "Sub", c.value("end"), c.value("self"));
            return ArithmeticOperators.binary(
                    c, "Add", c.value("self"), ArithmeticOperators.binary(c, "Mul", span, c.value("weight")));
        });
        table.add("addcmul", "self tensor1 tensor2 value=1", "Mul, Add", c -> weighted(c, "Mul"));
        table.add("addcdiv", "self tensor1 tensor2 value=1", "Div, Mul, Add", c -> weighted(c, "Div"));
    }

    private static void unary(OperatorTable table, String name, String onnx, Unary function) {
        table.add(name, "self", onnx, c -> {
            Tensor x = c.tensor("self");
            ElementType type = x.type().isFloating() || onnx.isEmpty() || name.equals("negative") || name.equals("sgn")
                    ? x.type()
                    : c.floatType();
            return Values.of(function.of(c, c.graph().cast(x, type)));
        });
    }

    /** A function of two floating tensors, or one and a number. */
    private static void binary(OperatorTable table, String name, String signature, String onnx, Binary function) {
        String second = signature.split(" ", -1)[1];
        table.add(name, signature, onnx, c -> {
            ElementType common = ArithmeticOperators.commonType(c, c.value("self"), c.value(second));
            ElementType type = common.isFloating() ? common : c.floatType();
            return Values.of(function.of(
                    c,
                    ArithmeticOperators.operand(c, c.value("self"), type),
                    ArithmeticOperators.operand(c, c.value(second), type)));
        });
    }

    static Tensor combine(Call call, String onnx, Tensor a, Tensor b) {
        return ArithmeticOperators.broadcast(call, onnx, a.type(), a, b);
    }

    private static Tensor broadcast(Call call, String onnx, Tensor a, Tensor b) {
        return ArithmeticOperators.broadcast(call, onnx, ElementType.BOOL, a, b);
    }

    static Tensor compare(Call call, String onnx, Tensor a, double number) {
        return broadcast(call, onnx, a, call.scalarLike(a, number));
    }

    static Tensor select(Call call, Tensor condition, Tensor yes, Tensor no) {
        return ArithmeticOperators.where(call, condition, yes, no);
    }

    private static Tensor times(Call call, Tensor x, double factor) {
        return ActivationOperators.times(call, x, factor);
    }

    private static Tensor test(Call call, String onnx, Tensor x) {
        return call.node(onnx, ElementType.BOOL, x.shape(), List.of(x));
    }

    static Tensor truncated(Call call, Tensor x) {
        Tensor sign = call.like("Sign", List.of(x));
        return call.like("Mul", List.of(sign, call.like("Floor", List.of(call.like("Abs", List.of(x))))));
    }

    /** sin(πx) / πx, 1 at 0. */
    private static Tensor sinc(Call call, Tensor x) {
        Tensor angle = times(call, x, Math.PI);
        Tensor ratio = combine(call, "Div", call.like("Sin", List.of(angle)), angle);
        return select(call, compare(call, "Equal", x, 0), call.scalarLike(x, 1), ratio);
    }

    private static Value logit(Call call) {
        Tensor x = call.tensor("self");
        if (call.given("eps")) {
            double eps = call.real("eps");
            x = call.like("Clip", List.of(x, call.scalarLike(x, eps), call.scalarLike(x, 1 - eps)));
        }
        Tensor odds = combine(call, "Div", x, combine(call, "Sub", call.scalarLike(x, 1), x));
        return Values.of(call.like("Log", List.of(odds)));
    }

    private static Value nanToNumber(Call call) {
        Tensor self = call.tensor("self");
        if (!self.type().isFloating()) {
            return call.value("self");
        }
        double largest = self.type() == ElementType.FLOAT64 ? Double.MAX_VALUE : Float.MAX_VALUE;
        double high = call.given("posinf") ? call.real("posinf") : largest;
        double low = call.given("neginf") ? call.real("neginf") : -largest;
        double nan = call.given("nan") ? call.real("nan") : 0;
        Tensor known = select(call, test(call, "IsNaN", self), call.scalarLike(self, nan), self);
        Tensor replaced = select(
                call, compare(call, "Greater", known, 0), call.scalarLike(self, high), call.scalarLike(self, low));
        return Values.of(select(call, test(call, "IsInf", known), replaced, known));
    }

    /** The remainder with the sign of the dividend. */
    private static Tensor floatingMod(Call call, Tensor a, Tensor b) {
        return call.node(
                "Mod",
                a.type(),
                a.shape().broadcast(b.shape()).orElseThrow(() -> call.refuse("shapes that do not broadcast")),
                List.of(a, b),
                Attribute.of("fmod", 1));
    }

    /** The remainder with the sign of the divisor, of floating tensors. */
    static Tensor remainder(Call call, Tensor a, Tensor b) {
        Tensor rest = floatingMod(call, a, b);
        Tensor other = call.node(
                "Xor",
                ElementType.BOOL,
                rest.shape(),
                List.of(compare(call, "Less", rest, 0), compare(call, "Less", b, 0)));
        Tensor inexact = test(call, "Not", compare(call, "Equal", rest, 0));
        Tensor wrong = broadcast(call, "And", inexact, other);
        return select(call, wrong, combine(call, "Add", rest, b), rest);
    }

    private static Tensor atan2(Call call, Tensor y, Tensor x) {
        Tensor plain = call.like("Atan", List.of(combine(call, "Div", y, x)));
        Tensor below = compare(call, "Less", y, 0);
        Tensor half = select(call, below, call.scalarLike(y, -Math.PI), call.scalarLike(y, Math.PI));
        Tensor left = combine(call, "Add", plain, half);
        Tensor turned = select(call, compare(call, "Less", x, 0), left, plain);
        Tensor upright = times(call, call.like("Sign", List.of(y)), Math.PI / 2);
        return select(call, compare(call, "Equal", x, 0), upright, turned);
    }

    private static Value weighted(Call call, String onnx) {
        Value term = ArithmeticOperators.binary(call, onnx, call.value("tensor1"), call.value("tensor2"));
        if (call.real("value") != 1) {
            term = Values.of(times(call, ((TensorValue) term).tensor(), call.real("value")));
        }
        return ArithmeticOperators.binary(call, "Add", call.value("self"), term);
    }
}
